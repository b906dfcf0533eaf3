import IR
import Tensors

extension OperatorFamily {
  /// Functions of one tensor of 8 bits with a scale and a zero point, to another.
  static let quantizedFunctions = OperatorFamily(
    "quantized functions",
    [.qLinearLeakyRelu, .qLinearReduceMean, .qLinearSigmoid, .qLinearSoftmax])
}

private let eightBits: ElementTypes = [.int8, .uint8]

private enum QLinearLeakyRelu: ComposedOperator {
  static let alpha = AttributeKey<Float>("alpha", default: 0.01)

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let value = try c(
      "LeakyRelu", c.dequantizedInput(0), with: ["alpha": .float(c.value(of: alpha))])
    return [try c.quantized(value, c.quantizationParameters(at: 3), like: c.input(0))]
  }
}

private enum QLinearSigmoid: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let value = try c("Sigmoid", c.dequantizedInput(0))
    return [try c.quantized(value, c.quantizationParameters(at: 3), like: c.input(0))]
  }
}

private enum QLinearReduceMean: ComposedOperator {
  static let axes = AttributeKey<[Int]>("axes")
  static let keepdims = AttributeKey<Int>("keepdims")

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let mean = try c(
      "ReduceMean", c.dequantizedInput(0), c.integers(c.value(of: axes)),
      with: ["keepdims": .int(Int64(c.value(of: keepdims)))])
    return [try c.quantized(mean, c.quantizationParameters(at: 3), like: c.input(0))]
  }
}

/// `Softmax` of the version of the operator set that an attribute names.
///
/// The result's scale counts as the reciprocal of a whole number, the next lower one.
private enum QLinearSoftmax: ComposedOperator {
  static let axis = AttributeKey<Int>("axis", default: -1)
  static let version = AttributeKey<Int>("opset")

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let input = try c.dequantizedInput(0)
    let axis = Attribute.int(Int64(try c.value(of: axis)))
    var value: C.Value
    if try c.value(of: version) >= 13 {
      value = try c("Softmax", input, with: ["axis": axis])
    } else {
      let rows = try c("Softmax", c("Flatten", input, with: ["axis": axis]))
      value = try c("Reshape", rows, c("Shape", input))
    }
    let result = try c.quantizationParameters(at: 3)
    let one = c.number(1, like: result.scale)
    value = try c("Mul", value, c("Floor", c("Div", one, c.scalar(result.scale))))
    let whole = QuantizationParameters(scale: one, zeroPoint: result.zeroPoint)
    return [try c.quantized(value, whole, like: c.input(0))]
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  fileprivate static let qLinearLeakyRelu = elementwise(
    "QLinearLeakyRelu", QLinearLeakyRelu.self, [QLinearLeakyRelu.alpha.declaration])

  fileprivate static let qLinearSigmoid = elementwise("QLinearSigmoid", QLinearSigmoid.self)

  private static func elementwise<Operator: ComposedOperator>(
    _ name: String, _ composition: Operator.Type, _ attributes: [AttributeDeclaration] = []
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, domain: microsoft, versions: [1],
        inputs: [
          .required("X", "T"), .required("X_scale", "tensor(float)"),
          .optional("X_zero_point", "T"), .required("Y_scale", "tensor(float)"),
          .optional("Y_zero_point", "T"),
        ],
        outputs: [.required("Y", "T")], attributes: attributes,
        constraints: ["T": .tensors(eightBits)]),
      composedAs: composition)
  }

  fileprivate static let qLinearReduceMean = OperatorDefinition(
    OperatorSchema(
      "QLinearReduceMean", domain: microsoft, versions: [1],
      inputs: [
        .required("data", "T"), .required("data_scale", "tensor(float)"),
        .optional("data_zero_point", "T"), .required("reduced_scale", "tensor(float)"),
        .optional("reduced_zero_point", "T"),
      ],
      outputs: [.required("reduced", "T")],
      attributes: [
        QLinearReduceMean.axes.declaration, QLinearReduceMean.keepdims.declaration,
      ],
      constraints: ["T": .tensors(eightBits)]),
    composedAs: QLinearReduceMean.self)

  fileprivate static let qLinearSoftmax = OperatorDefinition(
    OperatorSchema(
      "QLinearSoftmax", domain: microsoft, versions: [1],
      inputs: [
        .required("X", "T"), .required("X_scale", "tensor(float)"),
        .optional("x_zero_point", "T"), .required("y_scale", "tensor(float)"),
        .required("y_zero_point", "T"),
      ],
      outputs: [.required("Y", "T")],
      attributes: [QLinearSoftmax.axis.declaration, QLinearSoftmax.version.declaration],
      constraints: ["T": .tensors(eightBits)]),
    composedAs: QLinearSoftmax.self)
}
