/// A float of 6 bits, 2 of exponent: up to 7.5, in steps of 0.125 below 2; neither infinity nor NaN.
///
/// Numbers too large, and infinities, become the largest finite number whatever `saturating` says;
/// NaN becomes negative zero. Tensors pack four elements into three bytes: see
/// ``Tensor/unpacked()``.
public struct Float6E2M3: FormattedFloat {
  @inlinable
  public static var format: FloatFormat {
    FloatFormat(
      significandBits: 3, exponentBias: 1, signBit: 0x20, largestFinite: 0x1f, overflow: 0x1f,
      nan: 0x20, hasNegativeZero: true)
  }

  /// The pattern in the low six bits.
  public let bitPattern: UInt8

  /// Creates the number with a pattern; the high two bits are ignored.
  @inlinable
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern & 0x3f }
}
