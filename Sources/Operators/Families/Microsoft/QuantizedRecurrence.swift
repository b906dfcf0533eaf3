import IR
import Tensors

extension OperatorFamily {
  /// Recurrent layers with weights of 8 bits.
  static let quantizedRecurrence = OperatorFamily("quantized recurrence", [.dynamicQuantizeLSTM])
}

/// An `LSTM` whose weights have 8 bits, and which rounds to 8 bits what it multiplies them by.
///
/// The input is rounded in the range of all its steps, the state of each step in its own range.
private enum DynamicQuantizeLSTM {
  static let attributes = [
    RecurrentActivation.alphas.declaration, RecurrentActivation.betas.declaration,
    RecurrentActivation.names.declaration, RecurrentActivation.clip.declaration,
    RecurrentShape.direction.declaration, RecurrentShape.hiddenSize.declaration,
    LSTM.couplesGates.declaration,
  ]

  /// Returns the inputs of `LSTM`; the first one as it is.
  static func inputs<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value?] {
    var inputs: [C.Value?] = [
      try c.input(0), try weights(c, 1, scale: 8), try weights(c, 2, scale: 10),
    ]
    for index in 3..<8 { inputs.append(try c.optionalInput(index)) }
    return inputs
  }

  /// Returns weights as numbers, with the gates before the axis of summation.
  ///
  /// There is a scale for each direction, or for each row of its gates.
  private static func weights<C: Composer>(
    _ c: C, _ index: Int, scale: Int
  ) throws(OperatorError) -> C.Value {
    let factor = try parameter(c, scale)
    let numbers = try c("CastLike", c.input(index), c.input(scale))
    let zero = try c("CastLike", parameter(c, scale + 1), factor)
    let weights = try c("Mul", c("Sub", numbers, zero), factor)
    return try c.transposed(weights, [0, 2, 1])
  }

  private static func parameter<C: Composer>(
    _ c: C, _ index: Int
  ) throws(OperatorError) -> C.Value {
    let value = try c.input(index)
    let rank = c.shape(of: value)?.rank ?? 1
    guard rank == 1 || rank == 2 else {
      throw OperatorError(.incompatibleShapes, "input \(index) has rank \(rank), not 1 or 2")
    }
    return try c("Unsqueeze", value, c.integers(rank == 1 ? [1, 2] : [1]))
  }

  static func evaluate(_ context: borrowing KernelContext) throws(OperatorError) -> [Tensor] {
    var inputs = try inputs(context.composer)
    inputs[0] = try rounded(context.tensor(0), context)
    let layer = context.replacingInputs(inputs.map { $0.map { .tensor($0) } })
    return context.resultType(for: .float32) == .float64
      ? try LSTM.evaluate(layer, in: Double.self, roundingState: true)
      : try LSTM.evaluate(layer, in: Float.self, roundingState: true)
  }

  /// Returns the input rounded to 8 bits in the range of the steps that any sequence has.
  private static func rounded(
    _ input: Tensor, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    guard input.rank == 3, input.shape[0] > 0 else { return input }
    let steps = try context.optionalIntegers(4)?.max() ?? input.shape[0]
    let used = try context.part(of: input, 0..<min(max(0, steps), input.shape[0]), axis: 0)
    let parameters = try context.outputs(of: "DynamicQuantizeLinear", [used], count: 3)
    let numbers = try context.output(
      of: "QuantizeLinear", input, parameters[1], parameters[2])
    return try context.output(of: "DequantizeLinear", numbers, parameters[1], parameters[2])
  }
}

/// What the type rule of the layer follows from.
private enum PlainLayer: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let attributes = c.attributes(DynamicQuantizeLSTM.attributes.map(\.name))
    return try c.outputs(of: "LSTM", DynamicQuantizeLSTM.inputs(c), attributes, count: 3)
  }
}

extension OperatorDefinition {
  private static let schema = OperatorSchema(
    "DynamicQuantizeLSTM", domain: microsoft, versions: [1],
    inputs: [
      .required("X", "T"), .required("W", "T2"), .required("R", "T2"), .optional("B", "T"),
      .optional("sequence_lens", "T1"), .optional("initial_h", "T"), .optional("initial_c", "T"),
      .optional("P", "T"), .required("W_scale", "T"), .required("W_zero_point", "T2"),
      .required("R_scale", "T"), .required("R_zero_point", "T2"),
    ],
    outputs: [.optional("Y", "T"), .optional("Y_h", "T"), .optional("Y_c", "T")],
    attributes: DynamicQuantizeLSTM.attributes,
    constraints: [
      "T": .tensors(.float32), "T1": .tensors(.int32), "T2": .tensors([.int8, .uint8]),
    ])

  fileprivate static let dynamicQuantizeLSTM = OperatorDefinition(
    schema, inferTypes: OperatorDefinition(schema, composedAs: PlainLayer.self).inferTypes,
    evaluate: { context throws(OperatorError) in
      try DynamicQuantizeLSTM.evaluate(context).map { .tensor($0) }
    })
}
