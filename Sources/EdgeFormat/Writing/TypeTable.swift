import FlatBuffers
import Tensors

/// Types, shapes and extents by number, each once (§2 of Docs/EdgeFormat.md).
struct TypeTable {
  private var kinds: [UInt8] = []
  private var elements: [UInt8] = []
  private var arguments: [UInt32] = []
  private var opaqueNames: [UInt32] = []
  private var numbers: [ValueType: UInt32] = [:]
  private var latest: (type: ValueType, number: UInt32)?

  private var ranks: [UInt32] = []
  /// Zero, a size's number + 1, or the complement of an expression's number.
  private var axes: [Int32] = []
  private var shapes: [Shape: UInt32] = [:]
  private var sizes: [UInt64] = []
  private var sizeNumbers: [Int: UInt32] = [:]
  private var expressions: [UInt32] = []
  private var expressionNumbers: [DimensionExpression: UInt32] = [:]

  /// Whether a type is something else than a tensor or a sparse tensor.
  var hasNonTensors: Bool { kinds.contains { $0 >= TypeKind.sequence.rawValue } }

  /// Returns the number of a type.
  mutating func number(of type: ValueType, _ strings: inout StringTable) -> UInt32 {
    // Neighbours mostly have the same type, and comparing is cheaper than hashing.
    if let latest, latest.type == type { return latest.number }
    let number = numbers[type] ?? append(type, &strings)
    latest = (type, number)
    return number
  }

  private mutating func append(_ type: ValueType, _ strings: inout StringTable) -> UInt32 {
    switch type {
    case .tensor(let element, let shape):
      let argument = shapeArgument(shape, &strings)
      append(.tensor, element, argument)
    case .sparseTensor(let element, let shape):
      let argument = shapeArgument(shape, &strings)
      append(.sparseTensor, element, argument)
    case .sequence(let inner):
      let argument = number(of: inner, &strings)
      append(.sequence, nil, argument)
    case .optional(let inner):
      let argument = number(of: inner, &strings)
      append(.optional, nil, argument)
    case .map(let key, let value):
      let argument = number(of: value, &strings)
      append(.map, key, argument)
    case .opaque(let domain, let name):
      append(.opaque, nil, strings.number(of: domain))
      opaqueNames.append(strings.number(of: name))
    }
    let number = UInt32(kinds.count - 1)
    numbers[type] = number
    return number
  }

  private mutating func append(_ kind: TypeKind, _ element: ElementType?, _ argument: UInt32) {
    kinds.append(kind.rawValue)
    elements.append(element?.rawValue ?? 0)
    arguments.append(argument)
  }

  private mutating func shapeArgument(_ shape: Shape?, _ strings: inout StringTable) -> UInt32 {
    guard let shape else { return 0 }
    if let number = shapes[shape] { return number + 1 }
    for dimension in shape.dimensions { axes.append(axis(dimension, &strings)) }
    let number = UInt32(ranks.count)
    ranks.append(UInt32(shape.rank))
    shapes[shape] = number
    return number + 1
  }

  private mutating func axis(_ dimension: Dimension, _ strings: inout StringTable) -> Int32 {
    switch dimension {
    case .unknown: return 0
    case .fixed(let size):
      if let number = sizeNumbers[size] { return Int32(number) + 1 }
      let number = UInt32(sizes.count)
      sizes.append(UInt64(max(size, 0)))
      sizeNumbers[size] = number
      return Int32(number) + 1
    case .symbolic(let expression):
      if let number = expressionNumbers[expression] { return ~Int32(number) }
      let number = UInt32(expressions.count)
      expressions.append(strings.number(of: expression.description))
      expressionNumbers[expression] = number
      return ~Int32(number)
    }
  }

  /// Adds the table to a buffer; nil when there are no types.
  func add(to builder: inout FlatBufferBuilder) -> FlatOffset<FlatTable>? {
    guard !kinds.isEmpty else { return nil }
    let expressionCount = UInt32(expressions.count)
    let codes = axes.map { axis in
      axis < 0 ? UInt32(~axis) + 1 : axis == 0 ? 0 : UInt32(axis) + expressionCount
    }
    let opaqueNames = builder.addDerivedColumn(opaqueNames)
    let arguments = builder.addDerivedColumn(arguments)
    let elements = builder.add(elements)
    let kinds = builder.addDerivedBytes(kinds)
    let dimensions = builder.addDerivedColumn(codes)
    let ranks = builder.addColumn(ranks)
    let expressions = builder.addColumn(expressions)
    let sizes = builder.addColumn(sizes)
    return builder.addTable {
      $0.set(TypesTable.sizes, to: sizes)
      $0.set(TypesTable.expressions, to: expressions)
      $0.set(TypesTable.shapeRanks, to: ranks)
      $0.set(TypesTable.shapeDimensions, to: dimensions)
      $0.set(TypesTable.kinds, to: kinds)
      $0.set(TypesTable.elements, to: elements)
      $0.set(TypesTable.arguments, to: arguments)
      $0.set(TypesTable.opaqueNames, to: opaqueNames)
    }
  }
}
