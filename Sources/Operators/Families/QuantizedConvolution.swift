import IR
import Tensors

extension OperatorFamily {
  /// Convolutions of quantized tensors.
  static let quantizedConvolution = OperatorFamily(
    "quantized convolution", [.convInteger, .qLinearConv])
}

/// Where an operator has its tensors among the inputs.
private struct QuantizedInputs: Sendable {
  let x: Int
  let xZeroPoint: Int
  let weights: Int
  let weightZeroPoint: Int
  let bias: Int

  static let integer = QuantizedInputs(
    x: 0, xZeroPoint: 2, weights: 1, weightZeroPoint: 3, bias: 4)
  static let linear = QuantizedInputs(
    x: 0, xZeroPoint: 2, weights: 3, weightZeroPoint: 5, bias: 8)

  /// Returns the convolution as a tensor of int32.
  func sums(_ context: borrowing KernelContext) throws(OperatorError) -> Tensor {
    let (x, weights) = (try context.tensor(x), try context.tensor(weights))
    let zeroPoint = try context.optionalTensor(xZeroPoint)?
      .quantizationParameter("x_zero_point", of: x.shape, axis: nil)
    let weightZeroPoint = try context.optionalTensor(weightZeroPoint)?
      .quantizationParameter("w_zero_point", of: weights.shape, axis: weights.rank > 0 ? 0 : nil)
    let bias = try context.optionalTensor(bias)?.converted(to: .float64)
    let operands = [
      try x.centered(on: zeroPoint, context), try weights.centered(on: weightZeroPoint, context),
      bias,
    ]
    let convolution = context.replacingInputs(operands.map { $0.map { .tensor($0) } })
    guard let sums = try OperatorDefinition.conv.evaluate(convolution)[0].tensor else {
      throw OperatorError(.invalidType, "the convolution has no tensor as its result")
    }
    return sums.wrappedToInt32
  }

  /// Returns the shape of the convolution, where its rank is known.
  func shape(_ context: borrowing InferenceContext) throws(OperatorError) -> Shape? {
    let operands = [context.inputs[x], context.inputs[weights]]
    let convolution = InferenceContext(node: context.node, inputs: operands)
    return try OperatorDefinition.conv.inferTypes(convolution)[0].type?.shape
  }

  static let attributes = OperatorDefinition.conv.schema.attributes
  static let types = TypeConstraint.tensors([.int8, .uint8])
}

private enum QLinearConv: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let sums = try QuantizedInputs.linear.sums(context)
    let result = try ResultQuantization(
      scale: try context.tensor(6), zeroPoint: try context.tensor(7))
    let scales = [
      try context.tensor(1).quantizationParameter("x_scale", of: [], axis: nil),
      try context.tensor(4).quantizationParameter("w_scale", of: sums.shape, axis: 1),
    ]
    return [try result.quantize(sums, scales, in: Scalar.self, context)]
  }
}

extension OperatorDefinition {
  /// Convolves integers less their zero points.
  fileprivate static let convInteger = OperatorDefinition(
    OperatorSchema(
      "ConvInteger", versions: [10],
      inputs: [
        .required("x", "T1"), .required("w", "T2"), .optional("x_zero_point", "T1"),
        .optional("w_zero_point", "T2"),
      ],
      outputs: [.required("y", "T3")], attributes: QuantizedInputs.attributes,
      constraints: [
        "T1": QuantizedInputs.types, "T2": QuantizedInputs.types, "T3": .tensors(.int32),
      ]),
    inferTypes: { context throws(OperatorError) in
      [.tensor(.int32, try QuantizedInputs.integer.shape(context))]
    },
    evaluate: { context throws(OperatorError) in
      [.tensor(try QuantizedInputs.integer.sums(context))]
    })

  /// Convolves quantized numbers and quantizes the result.
  fileprivate static let qLinearConv = OperatorDefinition(
    OperatorSchema(
      "QLinearConv", versions: [10],
      inputs: [
        .required("x", "T1"), .required("x_scale", "tensor(float)"),
        .required("x_zero_point", "T1"), .required("w", "T2"),
        .required("w_scale", "tensor(float)"), .required("w_zero_point", "T2"),
        .required("y_scale", "tensor(float)"), .required("y_zero_point", "T3"),
        .optional("B", "T4"),
      ],
      outputs: [.required("y", "T3")], attributes: QuantizedInputs.attributes,
      constraints: [
        "T1": QuantizedInputs.types, "T2": QuantizedInputs.types, "T3": QuantizedInputs.types,
        "T4": .tensors(.int32),
      ]),
    inferTypes: { context throws(OperatorError) in
      [.tensor(context.elementType(7), try QuantizedInputs.linear.shape(context))]
    },
    evaluate: real(QLinearConv.self))
}
