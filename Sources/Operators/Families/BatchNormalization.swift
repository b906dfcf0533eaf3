import IR
import Tensors

extension OperatorFamily {
  /// The normalization of channels over a whole batch.
  static let batchNormalization = OperatorFamily("batch normalization", [.batchNormalization])
}

// MARK: - BatchNormalization

private enum BatchNormalization: RealKernel {
  static let epsilon = AttributeKey<Float>("epsilon", default: 1e-5)
  static let momentum = AttributeKey<Float>("momentum", default: 0.9)
  static let trainingMode = AttributeKey<Bool>("training_mode", default: false)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let input = try context.tensor(0)
    try context.checkOutput(Scalar.elementType, shape: input.shape)
    let channels = channels(of: Shape(input.shape))
    var parameters: [[Scalar]] = []
    for index in 1..<5 {
      try check(Shape(try context.tensor(index).shape), channels: channels, input: index)
      parameters.append(try context.tensor(index).scalars(of: Scalar.self))
    }
    let planes = Planes(input.shape)
    let isTraining = try context.value(of: trainingMode)
    guard isTraining || !(context.wantsOutput(1) || context.wantsOutput(2)) else {
      throw OperatorError(
        .wrongOutputCount, "running statistics are used, which only training computes",
        remedy: "set training_mode to 1")
    }
    let statistics =
      isTraining
      ? input.withScalars(of: Scalar.self) { planes.statistics($0) }
      : (mean: parameters[2], variance: parameters[3])
    let epsilon = Scalar(try context.value(of: epsilon))
    let output = Tensor(of: Scalar.self, shape: input.shape) { result in
      input.withScalars(of: Scalar.self) { source in
        guard let source = source.baseAddress, let result = result.baseAddress else { return }
        inParallel(planes.batch * planes.channels, cost: planes.count) { range in
          for plane in range {
            let (channel, start) = (plane % planes.channels, plane * planes.count)
            let factor =
              parameters[0][channel] / (statistics.variance[channel] + epsilon).squareRoot()
            normalize(
              source + start, count: planes.count, mean: statistics.mean[channel],
              factor: factor, shift: parameters[1][channel], into: result + start)
          }
        }
      }
    }
    guard isTraining else { return [output] }
    let momentum = Scalar(try context.value(of: momentum))
    let running = zip([statistics.mean, statistics.variance], parameters[2...]).map { new, old in
      zip(new, old).map { $1 * momentum + $0 * (1 - momentum) }
    }
    return [output] + running.map { Tensor(shape: [$0.count], scalars: $0) }
  }

  /// The extent of the channel axis; 1 for an input of one axis, which is the batch.
  static func channels(of shape: Shape) -> Dimension { shape.rank > 1 ? shape[1] : 1 }

  static func check(_ shape: Shape, channels: Dimension, input: Int) throws(OperatorError) {
    guard shape.rank == 1, let extent = shape[0].fixedValue, let count = channels.fixedValue
    else {
      guard shape.rank != 1 else { return }
      throw OperatorError(
        .incompatibleShapes, "input \(input) has the rank \(shape.rank) instead of 1")
    }
    guard extent == count else {
      throw OperatorError(
        .incompatibleShapes, "input \(input) has \(extent) numbers for \(count) channels")
    }
  }
}

/// Writes `(source - mean) * factor + shift`, rounded after each step.
private func normalize<Scalar: RealScalar>(
  _ source: UnsafePointer<Scalar>, count: Int, mean: Scalar, factor: Scalar, shift: Scalar,
  into target: UnsafeMutablePointer<Scalar>
) {
  for index in 0..<count { target[index] = (source[index] - mean) * factor + shift }
}

/// The planes of a tensor: all elements with the same place in the batch and the same channel.
private struct Planes {
  let batch: Int
  let channels: Int
  let count: Int

  init(_ shape: [Int]) {
    batch = shape.first ?? 1
    channels = shape.count > 1 ? shape[1] : 1
    count = product(shape.dropFirst(2))
  }

  /// Calls `body` with every plane that has elements.
  @inline(__always)
  func forEach(_ body: (_ plane: Range<Int>, _ channel: Int) -> Void) {
    guard channels > 0, count > 0 else { return }
    var start = 0
    for _ in 0..<batch {
      for channel in 0..<channels {
        body(start..<(start + count), channel)
        start += count
      }
    }
  }

  /// Returns mean and variance of each channel over the whole batch.
  func statistics<Scalar: RealScalar>(
    _ source: UnsafeBufferPointer<Scalar>
  ) -> (mean: [Scalar], variance: [Scalar]) {
    let size = Double(batch * count)
    var totals = [Double](repeating: 0, count: channels)
    forEach { plane, channel in for index in plane { totals[channel] += source[index].double } }
    let means = totals.map { $0 / size }
    totals = [Double](repeating: 0, count: channels)
    forEach { plane, channel in
      for index in plane {
        let deviation = source[index].double - means[channel]
        totals[channel] += deviation * deviation
      }
    }
    return (means.map { Scalar($0) }, totals.map { Scalar($0 / size) })
  }
}

extension OperatorDefinition {
  /// Shifts and scales each channel by its mean and variance.
  fileprivate static let batchNormalization = OperatorDefinition(
    OperatorSchema(
      "BatchNormalization", versions: [1, 6, 7, 9, 14, 15],
      inputs: [
        .required("X", "T"), .required("scale", "T1"), .required("B", "T1"),
        .required("input_mean", "T2"), .required("input_var", "T2"),
      ],
      outputs: [
        .required("Y", "T"), .optional("running_mean", "T2"), .optional("running_var", "T2"),
      ],
      attributes: [
        BatchNormalization.epsilon.declaration, BatchNormalization.momentum.declaration,
        BatchNormalization.trainingMode.declaration,
      ],
      constraints: [
        "T": .tensors(.floats), "T1": .tensors(.floats), "T2": .tensors(.floats),
      ]),
    upgrades: [.trainingModeFromIsTest, .perElementToPerChannel, .trainingModeFromOutputs],
    inferTypes: { context throws(OperatorError) in
      let shape = context.shape(0)
      let channels = shape.map(BatchNormalization.channels)
      for index in 1..<5 {
        guard let parameter = context.shape(index) else { continue }
        try BatchNormalization.check(parameter, channels: channels ?? .unknown, input: index)
      }
      let running = Shape([channels ?? context.shape(3)?[0] ?? .unknown])
      let statistics = InferredValue.tensor(context.elementType(3), running)
      return [InferredValue(context.type(0))]
        + (1..<max(1, context.outputCount)).map { _ in statistics }
    },
    evaluate: real(BatchNormalization.self) { context throws(OperatorError) in
      let statistics = try context.tensor(3).elementType
      return [try context.tensor(0).elementType, statistics, statistics]
    }
  )
}

extension OperatorUpgrade {
  /// Before version 7 an attribute said whether to use given statistics.
  fileprivate static let trainingModeFromIsTest = OperatorUpgrade(to: 7) {
    graph, node throws(OperatorError) in
    let isTest = AttributeKey<Bool>("is_test", default: false)
    let isTraining = try !graph[node].attributes.value(of: isTest)
    graph.update(node) { node in
      node.attributes["consumed_inputs"] = nil
      node.attributes["is_test"] = nil
      node.attributes["training_mode"] = isTraining ? .int(1) : nil
    }
  }

  /// Before version 9 each element could have statistics of its own.
  ///
  /// Then all axes but the batch are flattened to channels, and the results get their shapes back.
  fileprivate static let perElementToPerChannel = OperatorUpgrade(to: 9) {
    graph, node throws(OperatorError) in
    let spatial = AttributeKey<Bool>("spatial", default: true)
    let isPerChannel = try graph[node].attributes.value(of: spatial)
    graph.update(node) { $0.attributes["spatial"] = nil }
    if !isPerChannel { graph.flattenChannels(of: node) }
  }

  /// From version 7 to 13 more than one output meant training; what was saved for gradients went.
  fileprivate static let trainingModeFromOutputs = OperatorUpgrade(to: 14) {
    graph, node throws(OperatorError) in
    let outputs = graph.outputs(of: node)
    guard !outputs.dropFirst(3).contains(where: { $0.map { graph.hasUses($0) } ?? false }) else {
      throw OperatorError(
        .unsupported, "saved_mean or saved_var is used, which newer versions do not compute",
        remedy: "export the model for inference")
    }
    if outputs.dropFirst().contains(where: { $0 != nil }) {
      graph.update(node) { $0.attributes["training_mode"] = .int(1) }
    }
    if outputs.count > 3 { graph.setOutputCount(3, of: node) }
  }
}

extension Graph {
  /// Puts reshapes around a batch normalization that make all axes but the first one axis.
  fileprivate mutating func flattenChannels(of node: NodeID) {
    let (inputs, outputs) = (inputs(of: node).compactMap { $0 }, outputs(of: node))
    // Whatever is missing is reported with the node itself.
    guard inputs.count == 5 else { return }
    let block = block(of: node)
    let everything = addConstant(Tensor(shape: [1], scalars: [-1] as [Int64]), in: block)
    var flat: [ValueID?] = []
    for (index, input) in inputs.enumerated() {
      let isParameter = index > 0
      flat.append(
        isParameter
          ? insert("Reshape", [input, everything], before: node)
          : insert("Flatten", [input], before: node))
    }
    // The copy stays at version 9, so that the rules for later versions see it.
    var copy = self[node]
    copy.operatorID.version = 9
    let id = add(copy, inputs: flat, results: outputs.map { $0.map { _ in "" } }, at: .before(node))
    for (index, output) in outputs.enumerated() {
      guard let output, let part = self.output(index, of: id), hasUses(output) else { continue }
      let model = index == 0 || index > 4 ? 0 : 3 + (index + 1) % 2
      let shape = insert("Shape", [inputs[model]], before: node)
      let name = name(of: output)
      let restored = insert("Reshape", [part, shape], before: node)
      replaceUses(of: output, with: restored)
      setName(name, of: restored)
    }
    remove(node, leavingLineageTo: id)
  }
}
