import FormatSupport
import IR
import Tensors

/// What the graphs of one file share: each string, type, tensor, attribute and operator once.
struct SharedTables {
  var strings = StringTable()
  var types = TypeTable()
  var tensors: TensorTable
  var attributes = AttributeTable()
  var operators = OperatorTable()

  /// Creates empty tables; tensors of many zeros are stored sparse if wanted.
  init(storesSparse: Bool) { tensors = TensorTable(storesSparse: storesSparse) }

  /// Returns the number of a type.
  mutating func number(of type: ValueType) -> UInt32 { types.number(of: type, &strings) }

  /// Returns the number of a tensor.
  mutating func number(of tensor: Tensor) -> UInt32 {
    tensors.number(of: tensor, &types, &strings)
  }

  /// Returns the number of an operator.
  mutating func number(of id: OperatorID) throws(FormatError) -> UInt32 {
    try operators.number(of: id, &strings)
  }

  /// Returns the number of a set of attributes + 1, or 0 when it is empty.
  mutating func number(of set: Attributes, blockNumbers: [UInt32] = []) -> UInt32 {
    guard !set.isEmpty else { return 0 }
    // Taken out, since its entries add to the other tables.
    var table = AttributeTable()
    swap(&table, &attributes)
    defer { swap(&table, &attributes) }
    return table.number(of: set, &self, blockNumbers: blockNumbers)
  }

  /// Returns the numbers of strings, and the mark of an attribute that holds them.
  mutating func numbers(of values: [ByteString]) -> (numbers: [UInt32], mark: UInt8) {
    let texts = values.compactMap(\.text)
    guard texts.count == values.count else {
      return (values.map { strings.number(of: $0) }, AttributeMark.bytes)
    }
    return (texts.map { strings.number(of: $0) }, 0)
  }
}
