import IR
import Tensors

/// A type that arithmetic kernels compute with: an integer, or a floating-point number.
protocol NumericScalar: TensorScalar, Comparable {
  /// What sums and products are gathered in: the type itself, or 64 bits for float32.
  associatedtype Accumulator: NumericScalar = Self

  static var zero: Self { get }
  static var one: Self { get }
  /// Integers wrap around.
  static func sum(_ left: Self, _ right: Self) -> Self
  static func difference(_ left: Self, _ right: Self) -> Self
  static func product(_ left: Self, _ right: Self) -> Self
  /// Integers are truncated toward zero; the caller has ruled out a divisor of zero.
  static func quotient(_ left: Self, _ right: Self) -> Self
  /// What is left of `left` by the truncated quotient; the caller has ruled out zero for integers.
  static func remainder(_ left: Self, _ right: Self) -> Self
  /// What is left of `left` by the quotient rounded down: it has the sign of `right`.
  static func modulus(_ left: Self, _ right: Self) -> Self
  static var isInteger: Bool { get }
  /// The least value; negative infinity for floating-point numbers.
  static var lowest: Self { get }
  /// The greatest value; infinity for floating-point numbers.
  static var highest: Self { get }

  /// Creates the number nearest to `value`, or for integers, what is left without its fraction.
  ///
  /// Integers take the nearest end of their range for what is outside and zero for NaN.
  init(truncating value: Double)
  /// Creates the number nearest to what was gathered.
  init(_ accumulator: Accumulator)
  /// The same number, to be gathered.
  var accumulator: Accumulator { get }
  /// The number in 64 bits of floating point: rounded only for large integers.
  var double: Double { get }
}

extension NumericScalar where Self: FixedWidthInteger {
  static var one: Self { 1 }
  @inline(__always) static func sum(_ left: Self, _ right: Self) -> Self { left &+ right }
  @inline(__always) static func difference(_ left: Self, _ right: Self) -> Self { left &- right }
  @inline(__always) static func product(_ left: Self, _ right: Self) -> Self { left &* right }
  @inline(__always) static func quotient(_ left: Self, _ right: Self) -> Self {
    left.dividedReportingOverflow(by: right).partialValue
  }
  @inline(__always) static func remainder(_ left: Self, _ right: Self) -> Self {
    left.remainderReportingOverflow(dividingBy: right).partialValue
  }
  @inline(__always) static func modulus(_ left: Self, _ right: Self) -> Self {
    let rest = remainder(left, right)
    return rest != 0 && (rest < 0) != (right < 0) ? rest &+ right : rest
  }
  static var isInteger: Bool { true }
  static var lowest: Self { .min }
  static var highest: Self { .max }
  init(truncating value: Double) {
    // The upper end itself may round up to a number that no longer fits.
    if value >= Double(Self.max) {
      self = .max
    } else if value <= Double(Self.min) {
      self = .min
    } else {
      self = value.isNaN ? 0 : Self(value)
    }
  }
  @inline(__always) var double: Double { Double(self) }
}

extension NumericScalar where Accumulator == Self {
  @inline(__always) init(_ accumulator: Self) { self = accumulator }
  @inline(__always) var accumulator: Self { self }
}

extension NumericScalar where Self: BinaryFloatingPoint {
  static var one: Self { 1 }
  @inline(__always) static func sum(_ left: Self, _ right: Self) -> Self { left + right }
  @inline(__always) static func difference(_ left: Self, _ right: Self) -> Self { left - right }
  @inline(__always) static func product(_ left: Self, _ right: Self) -> Self { left * right }
  @inline(__always) static func quotient(_ left: Self, _ right: Self) -> Self { left / right }
  @inline(__always) static func remainder(_ left: Self, _ right: Self) -> Self {
    left.truncatingRemainder(dividingBy: right)
  }
  @inline(__always) static func modulus(_ left: Self, _ right: Self) -> Self {
    let rest = left.truncatingRemainder(dividingBy: right)
    if rest == 0 { return right < 0 ? -0.0 : 0 }
    return (rest < 0) != (right < 0) ? rest + right : rest
  }
  static var isInteger: Bool { false }
  static var lowest: Self { -.infinity }
  static var highest: Self { .infinity }
  @inline(__always) init(truncating value: Double) { self.init(value) }
}

extension Float: NumericScalar {
  @inline(__always) var accumulator: Double { Double(self) }
}

extension Double: NumericScalar {}
extension Int8: NumericScalar {}
extension Int16: NumericScalar {}
extension Int32: NumericScalar {}
extension Int64: NumericScalar {}
extension UInt8: NumericScalar {}
extension UInt16: NumericScalar {}
extension UInt32: NumericScalar {}
extension UInt64: NumericScalar {}

/// A kernel that is written once for all integers and floating-point numbers.
protocol NumericKernel: SendableMetatype {
  /// Computes the outputs; inputs of the first input's type are tensors of `Scalar`.
  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor]
}

/// Returns a kernel for every numeric type, chosen by the first input.
///
/// Floating-point types below 32 bits are widened to float32 and the results rounded back.
func numeric<Kernel: NumericKernel>(_ kernel: Kernel.Type) -> OperatorDefinition.Kernel {
  { context throws(OperatorError) in
    try context.tensor(0).elementType.isFloatingPoint
      ? try real(NumericAsReal<Kernel>.self)(context)
      : try integer(NumericAsInteger<Kernel>.self)(context)
  }
}

/// The integer half of a numeric kernel.
private enum NumericAsInteger<Kernel: NumericKernel>: IntegerKernel {
  static func evaluate<Scalar: NumericScalar & FixedWidthInteger>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    try Kernel.evaluate(context, in: scalar)
  }
}

/// The floating-point half of a numeric kernel.
private enum NumericAsReal<Kernel: NumericKernel>: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    Scalar.self == Double.self
      ? try Kernel.evaluate(context, in: Double.self) : try Kernel.evaluate(context, in: Float.self)
  }
}
