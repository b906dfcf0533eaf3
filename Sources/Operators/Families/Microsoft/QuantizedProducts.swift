import IR
import Tensors

extension OperatorFamily {
  /// Products of tensors of few bits, as ONNX Runtime's quantizers and fusions write them.
  static let quantizedProducts = OperatorFamily(
    "quantized products",
    [.dynamicQuantizeMatMul, .matMulInteger16, .matMulIntegerToFloat, .qGemm, .qLinearConv])
}

private let eightBits: ElementTypes = [.int8, .uint8]

extension Composer {
  /// Returns sums of products of integers as multiples of a scale, plus a bias if there is one.
  fileprivate func scaled(
    _ sums: Value, by scale: Value, plus bias: Value?
  ) throws(OperatorError) -> Value {
    let product = try self("Mul", self("CastLike", sums, scale), scale)
    guard let bias else { return product }
    return try self("Add", product, bias)
  }
}

/// The product of quantized matrices, as numbers.
private enum MatMulIntegerToFloat: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let sums = try c(
      "MatMulInteger", c.input(0), c.input(1), c.optionalInput(4), c.optionalInput(5))
    return [
      try c.scaled(sums, by: c("Mul", c.input(2), c.input(3)), plus: c.optionalInput(6))
    ]
  }
}

/// The same for a left matrix that is quantized to uint8 first, in the range that it has.
private enum DynamicQuantizeMatMul: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let left = try c.outputs(of: "DynamicQuantizeLinear", [c.input(0)], [:], count: 3)
    let sums = try c("MatMulInteger", left[0], c.input(1), left[2], c.optionalInput(3))
    return [try c.scaled(sums, by: c("Mul", left[1], c.input(2)), plus: c.optionalInput(4))]
  }
}

/// The product of matrices of 16 bits in 32.
private enum MatMulInteger16: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let types = [c.elementType(of: try c.input(0)), c.elementType(of: try c.input(1))]
    let isUnsigned = types == [.uint16, .uint16]
    let type = Attribute.int(Int64((isUnsigned ? ElementType.uint32 : .int32).rawValue))
    return [
      try c(
        "MatMul", c("Cast", c.input(0), with: ["to": type]),
        c("Cast", c.input(1), with: ["to": type]))
    ]
  }
}

/// `alpha · A · B + C` of quantized matrices; quantized again if the result has a scale.
private enum QGemm: ComposedOperator {
  static let alpha = AttributeKey<Float>("alpha", default: 1)
  static let transA = AttributeKey<Bool>("transA", default: false)
  static let transB = AttributeKey<Bool>("transB", default: false)

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let left = try factor(c, 0, isTransposed: c.value(of: transA))
    let right = try factor(c, 3, isTransposed: c.value(of: transB))
    var sums = try c("MatMulInteger", left, right, c.input(2), c.input(5))
    if let addend = try c.optionalInput(6) { sums = try c("Add", sums, addend) }
    var scale = try c("Mul", c.scalar(c.input(1)), c.input(4))
    let alpha = try c.value(of: alpha)
    if alpha != 1 { scale = try c("Mul", scale, c.number(alpha, like: scale)) }
    guard try c.optionalInput(7) != nil else { return [try c.scaled(sums, by: scale, plus: nil)] }
    let result = try c.quantizationParameters(at: 7)
    let quotient = try c.scaled(sums, by: c("Div", scale, c.scalar(result.scale)), plus: nil)
    let whole = QuantizationParameters(
      scale: c.number(1, like: scale), zeroPoint: result.zeroPoint)
    return [try c.quantized(quotient, whole, like: c.input(0))]
  }

  private static func factor<C: Composer>(
    _ c: C, _ index: Int, isTransposed: Bool
  ) throws(OperatorError) -> C.Value {
    let value = try c.input(index)
    if let rank = c.shape(of: value)?.rank, rank != 2 {
      throw OperatorError(.incompatibleShapes, "input \(index) has rank \(rank), not 2")
    }
    return isTransposed ? try c.transposed(value, [1, 0]) : value
  }
}

/// `QLinearConv` of the default domain, also with channels as the last axis of all but the weights.
private enum QLinearConv: ComposedOperator {
  static let channelsLast = AttributeKey<Bool>("channels_last", default: false)
  static let attributes = [
    WindowAttributes.autoPad.declaration, WindowAttributes.dilations.declaration,
    AttributeKey<Int>("group", default: 1).declaration, WindowAttributes.kernelShape.declaration,
    WindowAttributes.pads.declaration, WindowAttributes.strides.declaration,
  ]

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let isLast = try c.value(of: channelsLast)
    var inputs: [C.Value?] = []
    for index in 0..<9 { inputs.append(try c.optionalInput(index)) }
    if isLast {
      guard let ordered = try c.channelsFirst(c.input(0)) else { return [] }
      inputs[0] = ordered
    }
    let result = try c.outputs(
      of: "QLinearConv", inputs, c.attributes(attributes.map(\.name)), count: 1)[0]
    return [isLast ? try c.channelsLast(result) : result].compactMap { $0 }
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  fileprivate static let matMulIntegerToFloat = OperatorDefinition(
    OperatorSchema(
      "MatMulIntegerToFloat", domain: microsoft, versions: [1],
      inputs: [
        .required("A", "T1"), .required("B", "T2"), .required("a_scale", "T3"),
        .required("b_scale", "T3"), .optional("a_zero_point", "T1"),
        .optional("b_zero_point", "T2"), .optional("bias", "T3"),
      ],
      outputs: [.required("Y", "T3")],
      constraints: [
        "T1": .tensors(eightBits), "T2": .tensors(eightBits), "T3": .tensors(.singleOrHalf),
      ]),
    composedAs: MatMulIntegerToFloat.self)

  fileprivate static let dynamicQuantizeMatMul = OperatorDefinition(
    OperatorSchema(
      "DynamicQuantizeMatMul", domain: microsoft, versions: [1],
      inputs: [
        .required("A", "T1"), .required("B", "T2"), .required("b_scale", "T1"),
        .optional("b_zero_point", "T2"), .optional("bias", "T1"),
      ],
      outputs: [.required("Y", "T1")],
      constraints: ["T1": .tensors(.float32), "T2": .tensors(eightBits)]),
    composedAs: DynamicQuantizeMatMul.self)

  fileprivate static let matMulInteger16 = OperatorDefinition(
    OperatorSchema(
      "MatMulInteger16", domain: microsoft, versions: [1],
      inputs: [.required("A", "T1"), .required("B", "T2")], outputs: [.required("Y", "T3")],
      constraints: [
        "T1": .tensors(ElementTypes([.int16, .uint16])),
        "T2": .tensors(ElementTypes([.int16, .uint16])),
        "T3": .tensors(ElementTypes([.int32, .uint32])),
      ]),
    composedAs: MatMulInteger16.self)

  fileprivate static let qGemm = OperatorDefinition(
    OperatorSchema(
      "QGemm", domain: microsoft, versions: [1],
      inputs: [
        .required("A", "TA"), .required("a_scale", "T"), .required("a_zero_point", "TA"),
        .required("B", "TB"), .required("b_scale", "T"), .required("b_zero_point", "TB"),
        .optional("C", "TC"), .optional("y_scale", "T"), .optional("y_zero_point", "TYZ"),
      ],
      outputs: [.required("Y", "TY")],
      attributes: [
        QGemm.alpha.declaration, QGemm.transA.declaration, QGemm.transB.declaration,
      ],
      constraints: [
        "T": .tensors(.float32), "TA": .tensors(eightBits), "TB": .tensors(eightBits),
        "TC": .tensors(.int32), "TYZ": .tensors(eightBits),
        "TY": .tensors([.float32, eightBits]),
      ]),
    composedAs: QGemm.self)

  fileprivate static let qLinearConv = OperatorDefinition(
    OperatorSchema(
      "QLinearConv", domain: microsoft, versions: [1],
      inputs: [
        .required("x", "T1"), .required("x_scale", "tensor(float)"),
        .required("x_zero_point", "T1"), .required("w", "T2"),
        .required("w_scale", "tensor(float)"), .required("w_zero_point", "T2"),
        .required("y_scale", "tensor(float)"), .required("y_zero_point", "T3"),
        .optional("B", "T4"),
      ],
      outputs: [.required("y", "T3")],
      attributes: QLinearConv.attributes + [QLinearConv.channelsLast.declaration],
      constraints: [
        "T1": .tensors(eightBits), "T2": .tensors(eightBits), "T3": .tensors(eightBits),
        "T4": .tensors(.int32),
      ]),
    composedAs: QLinearConv.self)
}
