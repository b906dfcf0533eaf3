import IR
import Tensors

extension OperatorFamily {
  /// Products of quantized matrices.
  static let quantizedMatrixMultiplication = OperatorFamily(
    "quantized matrix multiplication", [.matMulInteger, .qLinearMatMul])
}

/// One factor of a product of quantized matrices.
private struct QuantizedMatrix {
  let tensor: Tensor
  /// The axis along which scales and zero points may differ: that of the rows or the columns.
  let axis: Int?
  /// The axes before the matrices.
  private let stack: Range<Int>

  /// Creates the left factor, which is quantized by rows, or the right one.
  init(_ tensor: Tensor, isLeft: Bool) {
    self.tensor = tensor
    let rank = tensor.rank
    axis = rank < 2 ? nil : isLeft ? rank - 2 : rank - 1
    stack = 0..<max(0, rank - 2)
  }

  func parameter(_ name: String, _ parameter: Tensor) throws(OperatorError) -> Tensor {
    try parameter.quantizationParameter(name, of: tensor.shape, axis: axis, outer: stack)
  }

  func centered(
    on zeroPoint: Tensor?, _ name: String, _ context: borrowing KernelContext
  ) throws(OperatorError) -> RuntimeValue {
    let zeros = try zeroPoint.map { value throws(OperatorError) in try parameter(name, value) }
    return .tensor(try tensor.centered(on: zeros, context))
  }

  /// Returns a scale in a shape that broadcasts to that of the product with another matrix.
  ///
  /// The product with a list of numbers lacks the axis of the rows or the columns.
  func scale(
    _ name: String, _ scale: Tensor, besides other: QuantizedMatrix
  ) throws(OperatorError) -> Tensor {
    let scale = try parameter(name, scale)
    guard other.tensor.rank == 1, let axis, scale.rank > 0 else { return scale }
    // The axis of summation, along which the scale has one number if it has the axis at all.
    let summed = axis == tensor.rank - 1 ? scale.rank - 2 : scale.rank - 1
    guard summed >= 0 else { return scale }
    var shape = scale.shape
    shape.remove(at: summed)
    return scale.reshaped(to: shape) ?? scale
  }
}

/// Returns the matrix product, in 64 bits of floating point.
private func product(
  _ left: RuntimeValue, _ right: RuntimeValue, _ context: borrowing KernelContext
) throws(OperatorError) -> Tensor {
  let product = try OperatorDefinition.matMul.evaluate(context.replacingInputs([left, right]))
  guard let tensor = product[0].tensor else {
    throw OperatorError(.invalidType, "the product has no tensor as its result")
  }
  return tensor
}

/// Returns the shape of the product of two inputs, where its rank is known.
private func productShape(
  _ context: borrowing InferenceContext, _ left: Int, _ right: Int
) throws(OperatorError) -> Shape? {
  let operands = InferenceContext(
    node: context.node, inputs: [context.inputs[left], context.inputs[right]])
  return try OperatorDefinition.matMul.inferTypes(operands)[0].type?.shape
}

// MARK: - MatMulInteger

extension OperatorDefinition {
  /// Multiplies matrices of integers less their zero points.
  fileprivate static let matMulInteger = OperatorDefinition(
    OperatorSchema(
      "MatMulInteger", versions: [10],
      inputs: [
        .required("A", "T1"), .required("B", "T2"), .optional("a_zero_point", "T1"),
        .optional("b_zero_point", "T2"),
      ],
      outputs: [.required("Y", "T3")],
      constraints: [
        "T1": .tensors([.int8, .uint8]), "T2": .tensors([.int8, .uint8]),
        "T3": .tensors(.int32),
      ]),
    inferTypes: { context throws(OperatorError) in
      [.tensor(.int32, try productShape(context, 0, 1))]
    },
    evaluate: { context throws(OperatorError) in
      let left = QuantizedMatrix(try context.tensor(0), isLeft: true)
      let right = QuantizedMatrix(try context.tensor(1), isLeft: false)
      let sums = try product(
        try left.centered(on: try context.optionalTensor(2), "a_zero_point", context),
        try right.centered(on: try context.optionalTensor(3), "b_zero_point", context), context)
      return [.tensor(sums.wrappedToInt32)]
    })
}

// MARK: - QLinearMatMul

private enum QLinearMatMul: RealKernel {
  static let types: ElementTypes = [.int8, .uint8, .float8]

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let left = QuantizedMatrix(try context.tensor(0), isLeft: true)
    let right = QuantizedMatrix(try context.tensor(3), isLeft: false)
    let result = try ResultQuantization(
      scale: try context.tensor(6), zeroPoint: try context.tensor(7))
    let scales = [
      try left.scale("a_scale", try context.tensor(1), besides: right),
      try right.scale("b_scale", try context.tensor(4), besides: left),
    ]
    let sums = try product(
      try left.centered(on: try context.tensor(2), "a_zero_point", context),
      try right.centered(on: try context.tensor(5), "b_zero_point", context), context)
    let areIntegers = left.tensor.elementType.isInteger && right.tensor.elementType.isInteger
    return [
      try result.quantize(
        areIntegers ? sums.wrappedToInt32 : sums, scales, in: Scalar.self, context)
    ]
  }
}

extension OperatorDefinition {
  /// Multiplies quantized matrices and quantizes the result.
  fileprivate static let qLinearMatMul = OperatorDefinition(
    OperatorSchema(
      "QLinearMatMul", versions: [10, 21],
      inputs: [
        .required("a", "T1"), .required("a_scale", "TS"), .required("a_zero_point", "T1"),
        .required("b", "T2"), .required("b_scale", "TS"), .required("b_zero_point", "T2"),
        .required("y_scale", "TS"), .required("y_zero_point", "T3"),
      ],
      outputs: [.required("y", "T3")],
      constraints: [
        "TS": .tensors([ElementTypes([.float32, .float16]), .bfloat16]),
        "T1": .tensors(QLinearMatMul.types), "T2": .tensors(QLinearMatMul.types),
        "T3": .tensors(QLinearMatMul.types),
      ]),
    inferTypes: { context throws(OperatorError) in
      [.tensor(context.elementType(7), try productShape(context, 0, 3))]
    },
    evaluate: { context throws(OperatorError) in
      // The scales decide in which precision the sums are quantized, not the elements.
      let isWide = try context.tensor(1).elementType == .float64
      let outputs =
        isWide
        ? try QLinearMatMul.evaluate(context, in: Double.self)
        : try QLinearMatMul.evaluate(context, in: Float.self)
      return outputs.map { .tensor($0) }
    })
}
