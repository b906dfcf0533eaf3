/// The parameters of a signed floating-point format of at most 16 bits.
///
/// Bit patterns hold, from the highest bit: sign, exponent, significand without its leading one.
public struct FloatFormat: Hashable, Sendable {
  /// The stored bits of the significand.
  public var significandBits: Int

  /// What is subtracted from the stored exponent.
  public var exponentBias: Int

  /// The pattern that has nothing but the sign.
  public var signBit: UInt16

  /// The pattern of the largest finite number.
  public var largestFinite: UInt16

  /// What a number too large becomes where it does not saturate: infinity or NaN.
  public var overflow: UInt16

  /// What NaN becomes; formats without a NaN give negative zero.
  public var nan: UInt16

  /// Whether the sign bit alone is a zero rather than NaN.
  public var hasNegativeZero: Bool

  /// Creates the parameters of a format.
  @inlinable
  public init(
    significandBits: Int, exponentBias: Int, signBit: UInt16, largestFinite: UInt16,
    overflow: UInt16, nan: UInt16, hasNegativeZero: Bool
  ) {
    self.significandBits = significandBits
    self.exponentBias = exponentBias
    self.signBit = signBit
    self.largestFinite = largestFinite
    self.overflow = overflow
    self.nan = nan
    self.hasNegativeZero = hasNegativeZero
  }
}

extension FloatFormat {
  /// Returns the pattern of the number nearest to `value`, of two equally near ones the even.
  ///
  /// There is one rounding, from all 53 bits. NaN and overflow keep the sign where the format can.
  @inlinable
  public func pattern(of value: Double, saturating: Bool) -> UInt16 {
    let bits = value.bitPattern
    let sign = bits >> 63 == 0 ? 0 : signBit
    guard !value.isNaN else { return nan | sign }
    let exponent = Int(truncatingIfNeeded: bits >> 52 & 0x7ff) - 1023
    let smallestExponent = 1 - exponentBias
    let dropped = 52 - significandBits + max(0, smallestExponent - exponent)
    let magnitude: UInt64
    if dropped < 54 {
      let significand = bits & (1 << 52 - 1) | 1 << 52
      let shift = UInt64(truncatingIfNeeded: dropped)
      let lastBit = significand &>> shift & 1
      let rounded = (significand + (1 &<< (shift - 1)) - 1 + lastBit) &>> shift
      // The leading one of `rounded` and a carry out of it both count into the exponent.
      let steps = UInt64(truncatingIfNeeded: max(0, exponent - smallestExponent))
      magnitude = rounded + steps &<< UInt64(truncatingIfNeeded: significandBits)
    } else {
      magnitude = 0
    }
    guard magnitude <= UInt64(largestFinite) else {
      return (saturating ? largestFinite : overflow) | sign
    }
    guard magnitude != 0 || hasNegativeZero else { return 0 }
    return UInt16(truncatingIfNeeded: magnitude) | sign
  }

  /// Returns the number with a pattern, exactly.
  ///
  /// The format has at most 8 bits.
  @inlinable
  public func float(of pattern: UInt16) -> Float {
    let sign = pattern & signBit
    let magnitude = pattern & ~signBit
    if magnitude > largestFinite || pattern == signBit && !hasNegativeZero {
      let special = magnitude == overflow && overflow != nan ? Float.infinity : .nan
      return sign == 0 ? special : -special
    }
    // As the exponent and significand of a float32 the number is too small by a power of two.
    let unscaled = Float(
      bitPattern: UInt32(magnitude) &<< UInt32(truncatingIfNeeded: 23 - significandBits))
    let scale = Float(bitPattern: UInt32(truncatingIfNeeded: 254 - exponentBias) &<< 23)
    return sign == 0 ? unscaled * scale : -(unscaled * scale)
  }
}
