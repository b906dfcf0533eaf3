import IR
import Tensors

/// What a `Gradient` node says of the function that it differentiates, by names of values.
struct DifferentiatedFunction {
  static let result = AttributeKey<String>("y")
  static let variables = AttributeKey<[ByteString]>("xs")
  static let parameters = OptionalAttributeKey<[ByteString]>("zs")

  let result: String
  /// What the gradients are taken by.
  let variables: [String]
  /// What the result depends on besides.
  let parameters: [String]

  /// - Throws: `invalidAttribute` when a name is given twice or is no text.
  init(_ attributes: Attributes) throws(OperatorError) {
    result = try attributes.value(of: Self.result)
    let bytes = try attributes.value(of: Self.variables)
    let others = try attributes.value(of: Self.parameters) ?? []
    let names = (bytes + others).compactMap(\.text)
    guard names.count == bytes.count + others.count, Set(names).count == names.count else {
      throw OperatorError(.invalidAttribute, "xs and zs do not name different values: \(names)")
    }
    variables = Array(names.prefix(bytes.count))
    parameters = Array(names.dropFirst(bytes.count))
  }

  /// Checks the numbers of inputs and outputs of the node.
  func check(inputs: Int, outputs: Int) throws(OperatorError) {
    guard inputs == variables.count + parameters.count else {
      throw OperatorError(
        .wrongInputCount,
        "\(inputs) inputs are given for \(variables.count + parameters.count) names in xs and zs")
    }
    guard outputs <= variables.count else {
      throw OperatorError(
        .wrongOutputCount, "\(outputs) outputs are named for \(variables.count) names in xs")
    }
  }
}
