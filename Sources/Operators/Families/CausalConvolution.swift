import IR
import Tensors

extension OperatorFamily {
  /// Convolutions over time that carry a state from one call to the next.
  static let causalConvolution = OperatorFamily("causal convolution", [.causalConvWithState])
}

private enum CausalConvolution: RealKernel {
  static let activation = AttributeKey<String>("activation", default: "none")

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (input, weights) = (try context.tensor(0), try context.tensor(1))
    let (bias, past) = (try context.optionalTensor(2), try context.optionalTensor(3))
    let isActivated = try isActivated(context.node.attributes)
    let stateShape = try stateShape(
      input: Shape(input.shape), weights: Shape(weights.shape), bias: bias.map { Shape($0.shape) },
      past: past.map { Shape($0.shape) })
    let state = try extents(of: stateShape)
    try context.checkOutput(Scalar.elementType, shape: input.shape)
    try context.checkOutput(Scalar.elementType, shape: state)
    let rounding = context.rounding
    var present = Tensor(of: Scalar.self, shape: [0]) { _ in }
    let output = Tensor(of: Scalar.self, shape: input.shape) { result in
      present = Tensor(of: Scalar.self, shape: state) { present in
        let sequences = Sequences<Scalar>(
          input: input, past: past, filters: weights.scalars(of: Scalar.self),
          biases: bias?.scalars(of: Scalar.self))
        sequences.convolve(to: result, state: present)
      }
      if isActivated {
        for index in result.indices {
          let value = rounding(result[index])
          result[index] = value * .sigmoid(value)
        }
      }
    }
    return [output, present]
  }

  /// Returns whether the result passes through `Swish`.
  static func isActivated(_ attributes: Attributes) throws(OperatorError) -> Bool {
    switch try attributes.value(of: activation) {
    case "none": return false
    case "silu", "swish": return true
    case let other:
      throw OperatorError(
        .invalidAttribute, "activation is \"\(other)\"", remedy: "use none, silu or swish")
    }
  }

  /// Returns the shape of the state, having checked those of the inputs.
  static func stateShape(
    input: Shape, weights: Shape?, bias: Shape?, past: Shape?
  ) throws(OperatorError) -> Shape {
    let weights = weights ?? [.unknown, 1, .unknown]
    guard input.rank == 3, weights.rank == 3 else {
      throw OperatorError(
        .incompatibleShapes, "the input has rank \(input.rank), the weight \(weights.rank), not 3")
    }
    guard weights[2] != 0 else {
      throw OperatorError(.incompatibleShapes, "the weight of the shape \(weights) has no taps")
    }
    let state = Shape([input[0], input[1], weights[2] - 1])
    try check(weights, "weight", is: [input[1], 1, weights[2]])
    try check(bias, "bias", is: [input[1]])
    try check(past, "past_state", is: state)
    return state.completed(by: past)
  }
}

/// Checks a shape against what the other inputs ask for, as far as both are known.
private func check(_ shape: Shape?, _ name: String, is wanted: Shape) throws(OperatorError) {
  guard let shape else { return }
  guard shape.agrees(with: wanted) else {
    throw OperatorError(
      .incompatibleShapes, "\(name) has the shape \(shape), not \(wanted)")
  }
}

/// The sequences of all channels, each to be convolved with the filter of its channel.
private struct Sequences<Scalar: RealScalar> {
  let input: Tensor
  let past: Tensor?
  /// The taps of each channel's filter, one filter after the other.
  let filters: [Scalar]
  let biases: [Scalar]?

  /// Writes the convolution and the last elements of each sequence, which its next part needs.
  func convolve(
    to result: UnsafeMutableBufferPointer<Scalar>, state: UnsafeMutableBufferPointer<Scalar>
  ) {
    guard !result.isEmpty || !state.isEmpty else { return }
    let (channels, length) = (input.shape[1], input.shape[2])
    let taps = filters.count / channels
    var line = [Scalar](repeating: 0, count: taps - 1 + length)
    for sequence in 0..<(input.shape[0] * channels) {
      fill(&line, sequence, pastCount: taps - 1)
      let channel = sequence % channels
      line.withUnsafeBufferPointer { line in
        guard let source = line.baseAddress else { return }
        if let target = result.baseAddress, length > 0 {
          let row = target + sequence * length
          row.update(repeating: 0, count: length)
          for tap in 0..<taps {
            addScaled(
              source + tap, step: 1, by: filters[channel * taps + tap], count: length, to: row)
          }
          if let biases { add(biases[channel], to: row, count: length) }
        }
        for index in 0..<(taps - 1) { state[sequence * (taps - 1) + index] = line[length + index] }
      }
    }
  }

  /// Sets a line to what came before and the sequence itself.
  private func fill(_ line: inout [Scalar], _ sequence: Int, pastCount: Int) {
    let length = input.shape[2]
    past?.withScalars(of: Scalar.self) { past in
      for index in 0..<pastCount { line[index] = past[sequence * pastCount + index] }
    }
    input.withScalars(of: Scalar.self) { input in
      for index in 0..<length { line[pastCount + index] = input[sequence * length + index] }
    }
  }
}

extension OperatorDefinition {
  /// Convolves each channel with a filter that sees only what came before.
  fileprivate static let causalConvWithState = OperatorDefinition(
    OperatorSchema(
      "CausalConvWithState", versions: [27],
      inputs: [
        .required("input", "T"), .required("weight", "T"), .optional("bias", "T"),
        .optional("past_state", "T"),
      ],
      outputs: [.required("output", "T"), .required("present_state", "T")],
      attributes: [CausalConvolution.activation.declaration],
      constraints: ["T": .tensors(ElementTypes([.float16, .float32, .bfloat16]))]),
    inferTypes: { context throws(OperatorError) in
      _ = try CausalConvolution.isActivated(context.node.attributes)
      let type = context.elementType(0)
      guard let input = context.shape(0) else {
        return Array([.tensor(type), .tensor(type)].prefix(context.outputCount))
      }
      let state = try CausalConvolution.stateShape(
        input: input, weights: context.shape(1), bias: context.shape(2), past: context.shape(3))
      return Array([.tensor(type, input), .tensor(type, state)].prefix(context.outputCount))
    },
    evaluate: real(CausalConvolution.self))
}
