/// A float of 6 bits, 3 of exponent: up to 28, in steps of 0.0625 below 0.5; neither infinity nor NaN.
///
/// Numbers too large, and infinities, become the largest finite number whatever `saturating` says;
/// NaN becomes negative zero. Tensors pack four elements into three bytes: see
/// ``Tensor/unpacked()``.
public struct Float6E3M2: FormattedFloat {
  @inlinable
  public static var format: FloatFormat {
    FloatFormat(
      significandBits: 2, exponentBias: 3, signBit: 0x20, largestFinite: 0x1f, overflow: 0x1f,
      nan: 0x20, hasNegativeZero: true)
  }

  /// The pattern in the low six bits.
  public let bitPattern: UInt8

  /// Creates the number with a pattern; the high two bits are ignored.
  @inlinable
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern & 0x3f }
}
