import IR
import Tensors

extension OperatorFamily {
  /// Group normalization with what diffusion models have around it.
  static let groupNormFusions = OperatorFamily("group norm fusions", [.groupNorm, .skipGroupNorm])
}

private enum GroupNorm: ComposedOperator {
  static let activation = AttributeKey<Int>("activation")
  static let channelsLast = AttributeKey<Int>("channels_last", default: 1)
  static let epsilon = AttributeKey<Float>("epsilon", default: 1e-5)
  static let groups = AttributeKey<Int>("groups")

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    [try normalized(c, c.input(0))].compactMap { $0 }
  }

  /// Returns a value normalized group by group, under the activation that the node names.
  static func normalized<C: Composer>(
    _ c: C, _ value: C.Value
  ) throws(OperatorError) -> C.Value? {
    let isLast = try c.value(of: channelsLast) != 0
    guard let ordered = isLast ? try c.channelsFirst(value) : value else { return nil }
    let scale = try c("CastLike", c.input(1), ordered)
    let shift = try c("CastLike", c.input(2), ordered)
    var result = try c(
      "GroupNormalization", ordered, scale, shift,
      with: [
        "num_groups": .int(Int64(c.value(of: groups))),
        "epsilon": .float(c.value(of: epsilon)),
      ])
    switch try c.value(of: activation) {
    case 0: break
    case 1: result = try c("Swish", result)
    case let other:
      throw OperatorError(
        .invalidAttribute, "activation is \(other)", remedy: "use 0 for none or 1 for SiLU")
    }
    return isLast ? try c.channelsLast(result) : result
  }
}

/// The same for a sum, which is the second output.
private enum SkipGroupNorm: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    guard let rank = c.shape(of: try c.input(0))?.rank,
      let skipRank = c.shape(of: try c.input(3))?.rank
    else { return [] }
    let isLast = try c.value(of: GroupNorm.channelsLast) != 0
    // What has one number for each image and channel, or each channel, is spread over the images.
    var skip = try c.input(3)
    if skipRank == 2 && rank > 2 {
      skip = try c("Unsqueeze", skip, c.integers(Array(isLast ? 1..<(rank - 1) : 2..<rank)))
    }
    var sum = try c("Add", c.input(0), skip)
    if var bias = try c.optionalInput(4) {
      if !isLast { bias = try c("Unsqueeze", bias, c.integers(Array(1..<max(1, rank - 1)))) }
      sum = try c("Add", sum, bias)
    }
    guard let result = try GroupNorm.normalized(c, sum) else { return [] }
    return [result, sum]
  }
}

extension OperatorDefinition {
  private static let attributes = [
    GroupNorm.activation.declaration, GroupNorm.channelsLast.declaration,
    GroupNorm.epsilon.declaration, GroupNorm.groups.declaration,
  ]
  private static let constraints: [String: TypeConstraint] = [
    "T": .tensors(.singleOrHalf), "M": .tensors(.singleOrHalf),
  ]

  fileprivate static let groupNorm = OperatorDefinition(
    OperatorSchema(
      "GroupNorm", domain: microsoft, versions: [1],
      inputs: [.required("X", "T"), .required("gamma", "M"), .required("beta", "M")],
      outputs: [.required("Y", "T")], attributes: attributes, constraints: constraints),
    composedAs: GroupNorm.self)

  fileprivate static let skipGroupNorm = OperatorDefinition(
    OperatorSchema(
      "SkipGroupNorm", domain: microsoft, versions: [1],
      inputs: [
        .required("X", "T"), .required("gamma", "M"), .required("beta", "M"),
        .required("skip", "T"), .optional("bias", "T"),
      ],
      outputs: [.required("Y", "T"), .optional("S", "T")], attributes: attributes,
      constraints: constraints),
    composedAs: SkipGroupNorm.self)
}
