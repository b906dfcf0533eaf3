import IR
import Tensors

/// Where the scale, and behind it the zero point, of a quantized tensor stand among the inputs.
struct QuantizationParameters<Value> {
  /// One number, or one for each place of an axis.
  let scale: Value
  /// Of the type of the quantized numbers; 0 when it is left out.
  let zeroPoint: Value?
}

extension Composer {
  /// Returns the scale at `index` of the inputs and the zero point behind it.
  func quantizationParameters(
    at index: Int
  ) throws(OperatorError) -> QuantizationParameters<Value> {
    QuantizationParameters(scale: try input(index), zeroPoint: try optionalInput(index + 1))
  }

  /// Returns `(value - zero point) · scale` for a value at `index` of the inputs whose scale and
  /// zero point follow.
  func dequantizedInput(_ index: Int) throws(OperatorError) -> Value {
    try dequantized(input(index), quantizationParameters(at: index + 1))
  }

  /// Returns `(value - zero point) · scale`.
  func dequantized(
    _ value: Value, _ parameters: QuantizationParameters<Value>
  ) throws(OperatorError) -> Value {
    try self("DequantizeLinear", value, parameters.scale, parameters.zeroPoint)
  }

  /// Returns `value / scale`, rounded, plus the zero point: of its type or, without one, of that
  /// of `other`.
  func quantized(
    _ value: Value, _ parameters: QuantizationParameters<Value>, like other: Value
  ) throws(OperatorError) -> Value {
    let zeroPoint = try zeroPoint(of: parameters, like: other)
    return try self("QuantizeLinear", value, parameters.scale, zeroPoint)
  }

  /// Returns `value` plus the zero point, rounded: of its type or, without one, of that of `other`.
  ///
  /// Halves are rounded to even after the sum: that differs from ``quantized(_:_:like:)`` for odd
  /// zero points.
  func rounded(
    _ value: Value, zeroPoint parameters: QuantizationParameters<Value>, like other: Value
  ) throws(OperatorError) -> Value {
    let zeroPoint = try zeroPoint(of: parameters, like: other)
    let shift = try scalar(self("CastLike", zeroPoint, value))
    let sum = try self("Round", self("Add", value, shift))
    let (low, high): (Float, Float) = elementType(of: other) == .int8 ? (-128, 127) : (0, 255)
    let limited = try self("Clip", sum, number(low, like: sum), number(high, like: sum))
    return try self("CastLike", limited, other)
  }

  /// Returns a number without axes from a tensor with one element.
  func scalar(_ value: Value) throws(OperatorError) -> Value {
    try self("Reshape", value, integers([]))
  }

  private func zeroPoint(
    of parameters: QuantizationParameters<Value>, like other: Value
  ) throws(OperatorError) -> Value {
    if let zeroPoint = parameters.zeroPoint { return zeroPoint }
    return try self("CastLike", constant(Tensor(scalar: 0 as Int32)), other)
  }
}
