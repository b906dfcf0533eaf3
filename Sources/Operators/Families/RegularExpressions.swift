import IR
import Tensors

extension OperatorFamily {
  /// Operators that match text with patterns.
  static let regularExpressions = OperatorFamily("regular expressions", [.regexFullMatch])
}

private let pattern = OptionalAttributeKey<ByteString>("pattern")

extension OperatorDefinition {
  /// Tells which strings a regular expression matches from beginning to end.
  fileprivate static let regexFullMatch = OperatorDefinition(
    OperatorSchema(
      "RegexFullMatch", versions: [20], inputs: [.required("X", "T1")],
      outputs: [.required("Y", "T2")], attributes: [pattern.declaration],
      constraints: ["T1": .tensors(.string), "T2": .tensors(.bool)]),
    inferTypes: { context in [.tensor(.bool, context.shape(0))] },
    evaluate: { context throws(OperatorError) in
      guard let pattern = try context.value(of: pattern) else {
        throw OperatorError(.invalidAttribute, "attribute pattern is missing")
      }
      let expression = try RegularExpression(pattern)
      let tensor = try context.tensor(0)
      var flags: [Bool] = []
      flags.reserveCapacity(tensor.count)
      for string in tensor.strings { flags.append(try expression.matches(string)) }
      return [.tensor(Tensor(shape: tensor.shape, scalars: flags))]
    })
}
