import IR
import Tensors

extension OperatorFamily {
  /// Operators that combine tensors of 8 bits, each with a scale and a zero point.
  static let quantizedArithmetic = OperatorFamily(
    "quantized arithmetic", [.qLinearAdd, .qLinearConcat, .qLinearMul, .qLinearWhere])
}

private let eightBits: ElementTypes = [.int8, .uint8]

/// The sum, in units of the result's scale.
private enum QLinearAdd: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let result = try c.quantizationParameters(at: 6)
    let left = try operand(c, 0, of: result)
    let right = try operand(c, 3, of: result)
    return [try c.rounded(c("Add", left, right), zeroPoint: result, like: c.input(0))]
  }

  private static func operand<C: Composer>(
    _ c: C, _ index: Int, of result: QuantizationParameters<C.Value>
  ) throws(OperatorError) -> C.Value {
    let own = try c.quantizationParameters(at: index + 1)
    let ratio = try c("Div", c.scalar(own.scale), c.scalar(result.scale))
    return try c.dequantized(
      c.input(index), QuantizationParameters(scale: ratio, zeroPoint: own.zeroPoint))
  }
}

/// The product, in units of the result's scale.
private enum QLinearMul: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let result = try c.quantizationParameters(at: 6)
    let (left, right) = (try c.quantizationParameters(at: 1), try c.quantizationParameters(at: 4))
    let scale = try c("Mul", c.scalar(left.scale), c.scalar(right.scale))
    let ratio = try c("Div", scale, c.scalar(result.scale))
    let product = try c("Mul", difference(c, 0, left), difference(c, 3, right))
    return [
      try c.rounded(c("Mul", product, ratio), zeroPoint: result, like: c.input(0))
    ]
  }

  /// Returns an operand less its zero point.
  private static func difference<C: Composer>(
    _ c: C, _ index: Int, _ parameters: QuantizationParameters<C.Value>
  ) throws(OperatorError) -> C.Value {
    let one = c.number(1, like: parameters.scale)
    return try c.dequantized(
      c.input(index), QuantizationParameters(scale: one, zeroPoint: parameters.zeroPoint))
  }
}

/// One operand where the condition holds, the other one elsewhere.
private enum QLinearWhere: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let choice = try c("Where", c.input(0), c.dequantizedInput(1), c.dequantizedInput(4))
    return [try c.quantized(choice, c.quantizationParameters(at: 7), like: c.input(1))]
  }
}

/// The operands side by side.
private enum QLinearConcat: ComposedOperator {
  static let axis = AttributeKey<Int>("axis")

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    guard c.inputCount >= 5, (c.inputCount - 2) % 3 == 0 else {
      throw OperatorError(
        .wrongInputCount, "\(c.inputCount) inputs are given",
        remedy: "give scale and zero point of the result, then a tensor, its scale and its zero "
          + "point again and again")
    }
    var parts: [C.Value] = []
    for index in stride(from: 2, to: c.inputCount, by: 3) {
      parts.append(try c.dequantizedInput(index))
    }
    let axis = try c.value(of: axis)
    let joined = try c.outputs(of: "Concat", parts, ["axis": .int(Int64(axis))], count: 1)[0]
    return [try c.quantized(joined, c.quantizationParameters(at: 0), like: c.input(2))]
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  fileprivate static let qLinearAdd = binary("QLinearAdd", QLinearAdd.self)

  fileprivate static let qLinearMul = binary("QLinearMul", QLinearMul.self)

  private static func binary<Operator: ComposedOperator>(
    _ name: String, _ composition: Operator.Type
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, domain: microsoft, versions: [1],
        inputs: [
          .required("A", "T"), .required("A_scale", "tensor(float)"),
          .optional("A_zero_point", "T"), .required("B", "T"),
          .required("B_scale", "tensor(float)"), .optional("B_zero_point", "T"),
          .required("C_scale", "tensor(float)"), .optional("C_zero_point", "T"),
        ],
        outputs: [.required("C", "T")], constraints: ["T": .tensors(eightBits)]),
      composedAs: composition)
  }

  fileprivate static let qLinearWhere = OperatorDefinition(
    OperatorSchema(
      "QLinearWhere", domain: microsoft, versions: [1],
      inputs: [
        .required("condition", "B"), .required("X", "T"), .required("x_scale", "TF"),
        .required("x_zero_point", "T"), .required("Y", "T"), .required("y_scale", "TF"),
        .required("y_zero_point", "T"), .required("z_scale", "TF"),
        .required("z_zero_point", "T"),
      ],
      outputs: [.required("Z", "T")],
      constraints: [
        "B": .tensors(.bool), "TF": .tensors(.float32), "T": .tensors(eightBits),
      ]),
    composedAs: QLinearWhere.self)

  fileprivate static let qLinearConcat = OperatorDefinition(
    OperatorSchema(
      "QLinearConcat", domain: microsoft, versions: [1],
      inputs: [
        .required("Y_scale", "TF"), .required("Y_zero_point", "T8"),
        .variadic("inputs", "TV", isHomogeneous: false),
      ],
      outputs: [.required("Y", "T8")], attributes: [QLinearConcat.axis.declaration],
      constraints: [
        "T8": .tensors(eightBits), "TF": .tensors(.float32),
        "TV": .tensors([eightBits, .float32]),
      ]),
    composedAs: QLinearConcat.self)
}
