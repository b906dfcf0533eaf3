/// A scalar that numbers of any type can be converted to, by the rules of ONNX's `Cast`.
protocol ConvertibleScalar: BitwiseCopyable {
  /// Creates the scalar for a floating-point number.
  init(converting value: Double, saturating: Bool)

  /// Creates the scalar for an integer: integers too large lose their high bits.
  init(converting value: Int64, saturating: Bool)

  /// Creates the scalar for an integer: integers too large lose their high bits.
  init(converting value: UInt64, saturating: Bool)
}

// MARK: - Integers

extension ConvertibleScalar where Self: FixedWidthInteger {
  init(converting value: Int64, saturating: Bool) { self.init(truncatingIfNeeded: value) }
  init(converting value: UInt64, saturating: Bool) { self.init(truncatingIfNeeded: value) }
}

/// An integer below 32 bits: the low bits of the number as an int32.
protocol NarrowInteger: ConvertibleScalar, FixedWidthInteger {}

extension NarrowInteger {
  init(converting value: Double, saturating: Bool) {
    self.init(truncatingIfNeeded: Int32(converting: value, saturating: saturating))
  }
}

extension Int8: NarrowInteger {}
extension UInt8: NarrowInteger {}
extension Int16: NarrowInteger {}
extension UInt16: NarrowInteger {}

/// An integer that x86 processors convert to directly: `min` stands for NaN and what is outside.
protocol WideSignedInteger: ConvertibleScalar, FixedWidthInteger {
  /// Creates the integer part of a number inside the range: the generic initializer is slow.
  init(truncatingInside value: Double)
}

extension WideSignedInteger {
  @inline(__always)
  init(converting value: Double, saturating: Bool) {
    let limit = -Double(Self.min)
    // Numbers just below int32's range truncate into it; int64 has none, and `min` is the result.
    let isInside = value < limit && value > -limit - 1
    self = isInside ? Self(truncatingInside: value) : .min
  }
}

extension Int32: WideSignedInteger {
  init(truncatingInside value: Double) { self.init(value) }
}

extension Int64: WideSignedInteger {
  init(truncatingInside value: Double) { self.init(value) }
}

/// An unsigned integer whose lower half converts like the signed one, so that -1 wraps.
protocol WideUnsignedInteger: ConvertibleScalar, FixedWidthInteger {
  associatedtype Signed: WideSignedInteger
}

extension WideUnsignedInteger {
  @inline(__always)
  init(converting value: Double, saturating: Bool) {
    let half = -Double(Signed.min)
    let highBit = Self(truncatingIfNeeded: Signed.min)
    guard value >= half else {
      self.init(truncatingIfNeeded: Signed(converting: value, saturating: saturating))
      return
    }
    let rest = Signed(converting: value - half, saturating: saturating)
    self = Self(truncatingIfNeeded: rest) ^ highBit
  }
}

extension UInt32: WideUnsignedInteger { typealias Signed = Int32 }
extension UInt64: WideUnsignedInteger { typealias Signed = Int64 }

// MARK: - Floating point

/// A floating-point type of Swift.
protocol NativeFloat: ConvertibleScalar, BinaryFloatingPoint {}

extension NativeFloat {
  init(converting value: Double, saturating: Bool) { self.init(value) }
  init(converting value: Int64, saturating: Bool) { self.init(value) }
  init(converting value: UInt64, saturating: Bool) { self.init(value) }
}

extension Double: NativeFloat {}
extension Float: NativeFloat {}
extension Float16: NativeFloat {}

extension ConvertibleScalar where Self: SmallFloat {
  init(converting value: Double, saturating: Bool) { self.init(value, saturating: saturating) }

  init(converting value: Int64, saturating: Bool) {
    let magnitude = Double(stickyMagnitude: value.magnitude)
    self.init(value < 0 ? -magnitude : magnitude, saturating: saturating)
  }

  init(converting value: UInt64, saturating: Bool) {
    self.init(Double(stickyMagnitude: value), saturating: saturating)
  }
}

extension Double {
  /// Creates a number that rounds to the same small float as `value` does.
  ///
  /// Bits that a double has no place for are gathered in the lowest that it has, so that the second
  /// rounding still sees that they were there.
  fileprivate init(stickyMagnitude value: UInt64) {
    let low: UInt64 = 0x7ff
    let isExact = value >> 53 == 0 || value & low == 0
    self.init(isExact ? value : value & ~low | (low + 1))
  }
}

extension BFloat16: ConvertibleScalar {}
extension Float8E4M3FN: ConvertibleScalar {}
extension Float8E4M3FNUZ: ConvertibleScalar {}
extension Float8E5M2: ConvertibleScalar {}
extension Float8E5M2FNUZ: ConvertibleScalar {}
extension Float8E8M0: ConvertibleScalar {}
extension Float4E2M1: ConvertibleScalar {}
extension Float6E2M3: ConvertibleScalar {}
extension Float6E3M2: ConvertibleScalar {}

// MARK: - Booleans

extension Bool: ConvertibleScalar {
  init(converting value: Double, saturating: Bool) { self = value != 0 }
  init(converting value: Int64, saturating: Bool) { self = value != 0 }
  init(converting value: UInt64, saturating: Bool) { self = value != 0 }
}
