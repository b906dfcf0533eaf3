import IR
import Tensors

extension OperatorFamily {
  /// Operators that normalize the channels of each element of a batch.
  static let channelNormalization = OperatorFamily(
    "channel normalization", [.groupNormalization, .instanceNormalization, .lrn])
}

private let epsilonKey = AttributeKey<Float>("epsilon", default: 1e-5)

/// Returns the input with each group of channels shifted and scaled to mean 0 and variance 1, then
/// each channel scaled and shifted by inputs 1 and 2.
private func normalized<Scalar: RealScalar>(
  _ context: borrowing KernelContext, _ scalar: Scalar.Type, groups: (Int) -> Int
) throws(OperatorError) -> Tensor {
  let (input, scale) = (try context.tensor(0), try context.tensor(1))
  let bias = try context.tensor(2)
  try checkParameters(Shape(input.shape), scale: Shape(scale.shape), bias: Shape(bias.shape))
  try context.checkOutput(Scalar.elementType, shape: input.shape)
  let (channels, planeCount) = (input.shape[1], product(input.shape[2...]))
  let groupCount = groups(channels)
  let perGroup = channels / max(1, groupCount)
  let epsilon = Double(try context.value(of: epsilonKey))
  let (scales, biases) = (scale.scalars(of: Scalar.self), bias.scalars(of: Scalar.self))
  return Tensor(of: Scalar.self, shape: input.shape) { result in
    input.withScalars(of: Scalar.self) { source in
      guard input.count > 0, let source = source.baseAddress, let result = result.baseAddress
      else { return }
      for group in 0..<(input.shape[0] * groupCount) {
        let start = group * perGroup * planeCount
        let moments = Moments(of: source + start, count: perGroup * planeCount)
        let factor = Scalar(1 / (moments.variance + epsilon).squareRoot())
        standardize(
          source + start, count: perGroup * planeCount, mean: Scalar(moments.mean),
          factor: factor, into: result + start)
        for channel in 0..<perGroup {
          let parameter = group % groupCount * perGroup + channel
          let plane = result + start + channel * planeCount
          for index in 0..<planeCount {
            plane[index] = plane[index] * scales[parameter] + biases[parameter]
          }
        }
      }
    }
  }
}

/// Checks that there is one scale and one bias for each channel, as far as that is known.
private func checkParameters(
  _ input: Shape, scale: Shape?, bias: Shape?
) throws(OperatorError) {
  guard input.rank >= 2 else {
    throw OperatorError(
      .incompatibleShapes,
      "the input has rank \(input.rank); a batch and a channel axis are the least")
  }
  for (name, shape) in [("scale", scale), ("bias", bias)] {
    guard let shape else { continue }
    let extent = shape.rank == 1 ? shape[0].fixedValue : nil
    let isWrong = extent != nil && input[1].fixedValue != nil && extent != input[1].fixedValue
    guard shape.rank == 1, !isWrong else {
      throw OperatorError(
        .incompatibleShapes, "the \(name) has the shape \(shape) for \(input[1]) channels")
    }
  }
}

private let sameAsCheckedInput: OperatorDefinition.TypeRule = { context throws(OperatorError) in
  if let input = context.shape(0) {
    try checkParameters(input, scale: context.shape(1), bias: context.shape(2))
  }
  return [InferredValue(context.type(0))]
}

// MARK: - Instances and groups

private enum InstanceNormalization: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    [try normalized(context, scalar) { $0 }]
  }
}

private enum GroupNormalization: RealKernel {
  static let groups = AttributeKey<Int>("num_groups")
  static let stashType = AttributeKey<Int>("stash_type", default: 1)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let groups = try context.value(of: groups)
    let shape = try context.tensor(0).shape
    try check(groups: groups, channels: shape.count > 1 ? shape[1] : 0)
    return [try normalized(context, scalar) { _ in groups }]
  }

  static func check(groups: Int, channels: Int) throws(OperatorError) {
    guard groups > 0, channels % groups == 0 else {
      throw OperatorError(
        .invalidAttribute, "\(channels) channels do not divide into \(groups) groups",
        remedy: "num_groups must divide the number of channels")
    }
  }
}

// MARK: - LRN

private enum LRN: RealKernel {
  static let alpha = AttributeKey<Float>("alpha", default: 1e-4)
  static let beta = AttributeKey<Float>("beta", default: 0.75)
  static let bias = AttributeKey<Float>("bias", default: 1)
  static let size = AttributeKey<Int>("size")

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let input = try context.tensor(0)
    let size = try context.value(of: size)
    try check(rank: input.rank, size: size)
    try context.checkOutput(Scalar.elementType, shape: input.shape)
    let (channels, planeCount) = (input.shape[1], product(input.shape[2...]))
    let scale = Scalar(try context.value(of: alpha)) / Scalar(size)
    let bias = Scalar(try context.value(of: bias))
    let exponent = Scalar(try context.value(of: beta))
    let output = Tensor(of: Scalar.self, shape: input.shape) { result in
      input.withScalars(of: Scalar.self) { source in
        guard input.count > 0, let source = source.baseAddress, let result = result.baseAddress
        else { return }
        for plane in 0..<(input.shape[0] * channels) {
          let channel = plane % channels
          let first = max(0, channel - (size - 1) / 2)
          let last = min(channels - 1, channel + size / 2)
          let target = result + plane * planeCount
          target.update(repeating: 0, count: planeCount)
          for other in first...last {
            let values = source + (plane - channel + other) * planeCount
            for index in 0..<planeCount { target[index] += values[index] * values[index] }
          }
          let values = source + plane * planeCount
          for index in 0..<planeCount {
            target[index] = values[index] / Scalar.pow(bias + scale * target[index], exponent)
          }
        }
      }
    }
    return [output]
  }

  static func check(rank: Int, size: Int) throws(OperatorError) {
    guard rank >= 2 else {
      throw OperatorError(
        .incompatibleShapes, "the input has rank \(rank); a batch and a channel axis are the least")
    }
    guard (1...(1 << 31)).contains(size) else {
      throw OperatorError(.invalidAttribute, "size is \(size); it must be a number of channels")
    }
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  /// Normalizes groups of channels.
  fileprivate static let groupNormalization = OperatorDefinition(
    OperatorSchema(
      "GroupNormalization", versions: [18, 21],
      inputs: [.required("X", "T"), .required("scale", "T"), .required("bias", "T")],
      outputs: [.required("Y", "T")],
      attributes: [
        epsilonKey.declaration, GroupNormalization.groups.declaration,
        GroupNormalization.stashType.declaration,
      ],
      constraints: ["T": .tensors(.floats)]),
    upgrades: [.parametersOfChannels],
    inferTypes: { context throws(OperatorError) in
      if let shape = context.shape(0), shape.rank > 1, let channels = shape[1].fixedValue {
        let groups = try context.value(of: GroupNormalization.groups)
        try GroupNormalization.check(groups: groups, channels: channels)
      }
      return try sameAsCheckedInput(context)
    },
    evaluate: real(GroupNormalization.self))

  /// Normalizes each channel.
  fileprivate static let instanceNormalization = OperatorDefinition(
    OperatorSchema(
      "InstanceNormalization", versions: [1, 6, 22],
      inputs: [.required("input", "T"), .required("scale", "T"), .required("B", "T")],
      outputs: [.required("output", "T")], attributes: [epsilonKey.declaration],
      constraints: ["T": .tensors(.floats)]),
    upgrades: .consumedInputs, inferTypes: sameAsCheckedInput,
    evaluate: real(InstanceNormalization.self))

  /// Divides each element by a power of the squares in neighbouring channels.
  fileprivate static let lrn = OperatorDefinition(
    OperatorSchema(
      "LRN", versions: [1, 13], inputs: [.required("X", "T")], outputs: [.required("Y", "T")],
      attributes: [
        LRN.alpha.declaration, LRN.beta.declaration, LRN.bias.declaration, LRN.size.declaration,
      ],
      constraints: ["T": .tensors(.floats)]),
    inferTypes: { context throws(OperatorError) in
      try LRN.check(
        rank: context.shape(0)?.rank ?? 2, size: try context.value(of: LRN.size))
      return [InferredValue(context.type(0))]
    },
    evaluate: real(LRN.self))
}

extension OperatorUpgrade {
  /// Before version 21 scale and bias had one number for each group, not for each channel.
  fileprivate static let parametersOfChannels = OperatorUpgrade(to: 21) {
    graph, node throws(OperatorError) in
    let groups = try graph[node].attributes.value(of: GroupNormalization.groups)
    guard groups > 0, let input = graph.input(0, of: node) else { return }
    let shape = graph.type(of: input)?.shape
    let channels = shape.flatMap { $0.rank > 1 ? $0[1].fixedValue : nil }
    if let channels { try GroupNormalization.check(groups: groups, channels: channels) }
    let extents =
      if let channels {
        graph.list([groups, channels / groups], before: node)
      } else {
        graph.groupExtents(of: input, groups: groups, before: node)
      }
    for index in 1...2 {
      guard let parameter = graph.input(index, of: node) else { continue }
      let column = graph.insert(
        "Reshape", [parameter, graph.list([-1, 1], before: node)], before: node)
      let repeated = graph.insert("Expand", [column, extents], before: node)
      let perChannel = graph.insert(
        "Reshape", [repeated, graph.list([-1], before: node)], before: node)
      graph.setInput(index, of: node, to: perChannel)
    }
  }
}

extension Graph {
  fileprivate mutating func list(_ integers: [Int], before node: NodeID) -> ValueID {
    let tensor = Tensor(shape: [integers.count], scalars: integers.map(Int64.init))
    return addConstant(tensor, in: block(of: node))
  }

  /// Computes the number of groups and that of the channels in each, when execution knows them.
  fileprivate mutating func groupExtents(
    of input: ValueID, groups: Int, before node: NodeID
  ) -> ValueID {
    let channels = insert(
      "Shape", [input], attributes: ["start": .int(1), "end": .int(2)], before: node)
    let count = list([groups], before: node)
    let perGroup = insert("Div", [channels, count], before: node)
    return insert("Concat", [count, perGroup], attributes: ["axis": .int(0)], before: node)
  }
}
