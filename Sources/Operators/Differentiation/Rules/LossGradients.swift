import IR
import Tensors

extension DifferentiationRules {
  /// Measures of how far predictions are from labels.
  static let losses = DifferentiationRules([
    "NegativeLogLikelihoodLoss": .decomposition { node, new throws(OperatorError) in
      [try likelihoodLoss(node, logarithms: try node.input(0), new)]
    },
    "SoftmaxCrossEntropyLoss": .decomposition { node, new throws(OperatorError) in
      let scores = try node.input(0)
      let logarithms = new("LogSoftmax", scores, attributes: ["axis": .int(1)])
      return [try likelihoodLoss(node, logarithms: logarithms, new), logarithms]
    },
  ])

  /// Returns the weighted negative logarithms of the probabilities of the labels, reduced.
  private static func likelihoodLoss(
    _ node: DifferentiatedNode, logarithms: ValueID, _ new: GradientBuilder
  ) throws(OperatorError) -> ValueID {
    var labels = new("CastLike", try node.input(1), new.integers([0]))
    var isIgnored: ValueID?
    if let index = try node.node.attributes.value(of: OptionalAttributeKey<Int>("ignore_index")) {
      let ignored = new("Equal", labels, new.integers([index]))
      labels = new("Where", ignored, new.integers([0]), labels)
      isIgnored = ignored
    }
    let one = new.integers([1])
    let places = new("Unsqueeze", labels, one)
    let picked = new("GatherElements", logarithms, places, attributes: ["axis": .int(1)])
    var weights = new.filled(1, like: new("CastLike", labels, logarithms))
    if let given = node.optionalInput(2) { weights = new("Gather", given, labels) }
    if let isIgnored { weights = new("Where", isIgnored, new.scalar(0, like: weights), weights) }
    let losses = new("Mul", new("Neg", new("Squeeze", picked, one)), weights)
    switch try node.value(of: AttributeKey<String>("reduction", default: "mean")) {
    case "none": return losses
    case "sum": return new.total(losses)
    default: return new("Div", new.total(losses), new.total(weights))
    }
  }
}

extension GradientBuilder {
  /// Returns the sum of all elements.
  fileprivate func total(_ value: ValueID) -> ValueID {
    self("ReduceSum", value, attributes: ["keepdims": .int(0)])
  }
}
