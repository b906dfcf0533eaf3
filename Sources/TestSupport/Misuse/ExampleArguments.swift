import IR
import Tensors

/// Arguments that an operator takes whose inputs must fit each other: without them hardly a random
/// use of it would get past the first check.
struct ExampleArguments: Sendable {
  /// What one input is like; its type is as the schema has it, unless the example says so.
  enum Input: Sendable {
    /// Any small numbers.
    case shape([Int])
    /// A list of integers.
    case integers([Int64])
    case scalar(Int64)
    /// Numbers in the order of the elements.
    case numbers([Int], [Double])
    case omitted
    indirect case typed(ElementType, Input)
  }

  let inputs: [Input]
  let attributes: Attributes

  init(_ inputs: Input..., attributes: Attributes = [:]) {
    self.inputs = inputs
    self.attributes = attributes
  }

  /// Returns the examples of an operator by its name with its domain, or by its name alone.
  static func of(_ id: OperatorID) -> [ExampleArguments] {
    let name = OperatorID(id.name, domain: id.domain).description
    for table in [shapes, images, sequences, attention, learning, quantized] {
      if let examples = table[name] ?? table[id.name] { return examples }
    }
    return []
  }

  static let image = Input.shape([1, 2, 5, 5])
  static let channels = Input.shape([2])
}
