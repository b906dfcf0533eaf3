import IR
import Tensors

extension OperatorFamily {
  /// Pooling of tensors of 8 bits, also with channels as the last axis.
  static let quantizedPooling = OperatorFamily(
    "quantized pooling", [.nhwcMaxPool, .qLinearAveragePool, .qLinearGlobalAveragePool])
}

private let eightBits: ElementTypes = [.int8, .uint8]
private let channelsLast = AttributeKey<Bool>("channels_last", default: false)
private let kernelShape = AttributeKey<[Int]>("kernel_shape")
private let countIncludePad = AttributeKey<Bool>("count_include_pad", default: false)

private let windowAttributes = [
  WindowAttributes.autoPad.declaration, WindowAttributes.ceilMode.declaration,
  kernelShape.declaration, WindowAttributes.pads.declaration,
  WindowAttributes.strides.declaration,
]

extension Composer {
  /// Returns what `pool` makes of a value whose channels are its second axis, or its last one.
  fileprivate func pooled(
    _ value: Value, channelsLast: Bool, _ pool: (Value) throws(OperatorError) -> Value
  ) throws(OperatorError) -> Value? {
    guard channelsLast else { return try pool(value) }
    guard let ordered = try channelsFirst(value) else { return nil }
    return try self.channelsLast(pool(ordered))
  }
}

private enum QLinearAveragePool: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let attributes = c.attributes(
      (windowAttributes + [countIncludePad.declaration]).map(\.name))
    let isLast = try c.value(of: channelsLast)
    let average = try c.pooled(c.dequantizedInput(0), channelsLast: isLast) {
      value throws(OperatorError) in
      try c("AveragePool", value, with: attributes)
    }
    guard let average else { return [] }
    let result = try c.quantizationParameters(at: 3)
    let quotient = try c("Div", average, c.scalar(result.scale))
    return [try c.rounded(quotient, zeroPoint: result, like: c.input(0))]
  }
}

private enum QLinearGlobalAveragePool: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let (own, result) = (try c.quantizationParameters(at: 1), try c.quantizationParameters(at: 3))
    let one = c.number(1, like: own.scale)
    let difference = try c.dequantized(
      c.input(0), QuantizationParameters(scale: one, zeroPoint: own.zeroPoint))
    let isLast = try c.value(of: channelsLast)
    let average = try c.pooled(difference, channelsLast: isLast) { value throws(OperatorError) in
      try c("GlobalAveragePool", value)
    }
    guard let average else { return [] }
    let ratio = try c("Div", c.scalar(own.scale), c.scalar(result.scale))
    let whole = QuantizationParameters(scale: one, zeroPoint: result.zeroPoint)
    return [try c.quantized(c("Mul", average, ratio), whole, like: c.input(0))]
  }
}

private enum NhwcMaxPool: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let attributes = c.attributes(
      (windowAttributes + [WindowAttributes.dilations.declaration]).map(\.name))
    let result = try c.pooled(c.input(0), channelsLast: true) { value throws(OperatorError) in
      try c("MaxPool", value, with: attributes)
    }
    return [result].compactMap { $0 }
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  fileprivate static let qLinearAveragePool = OperatorDefinition(
    OperatorSchema(
      "QLinearAveragePool", domain: microsoft, versions: [1],
      inputs: [
        .required("X", "T"), .required("x_scale", "tensor(float)"),
        .optional("x_zero_point", "T"), .required("y_scale", "tensor(float)"),
        .optional("y_zero_point", "T"),
      ],
      outputs: [.required("Y", "T")],
      attributes: windowAttributes + [channelsLast.declaration, countIncludePad.declaration],
      constraints: ["T": .tensors(eightBits)]),
    composedAs: QLinearAveragePool.self)

  fileprivate static let qLinearGlobalAveragePool = OperatorDefinition(
    OperatorSchema(
      "QLinearGlobalAveragePool", domain: microsoft, versions: [1],
      inputs: [
        .required("X", "T"), .required("x_scale", "tensor(float)"),
        .required("x_zero_point", "T"), .required("y_scale", "tensor(float)"),
        .required("y_zero_point", "T"),
      ],
      outputs: [.required("Y", "T")], attributes: [channelsLast.declaration],
      constraints: ["T": .tensors(eightBits)]),
    composedAs: QLinearGlobalAveragePool.self)

  fileprivate static let nhwcMaxPool = OperatorDefinition(
    OperatorSchema(
      "NhwcMaxPool", domain: microsoft, versions: [1], inputs: [.required("x", "T")],
      outputs: [.required("y", "T")],
      attributes: windowAttributes + [WindowAttributes.dilations.declaration],
      constraints: ["T": .tensors(eightBits)]),
    composedAs: NhwcMaxPool.self)
}
