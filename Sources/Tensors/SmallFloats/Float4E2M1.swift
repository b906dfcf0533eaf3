/// A float of 4 bits: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives.
///
/// Numbers too large, and infinities, become 6 or -6 whatever `saturating` says; NaN becomes
/// negative zero. Tensors pack two elements into a byte: see ``Tensor/unpacked()``.
public struct Float4E2M1: FormattedFloat {
  /// The pattern in the low four bits.
  public let bitPattern: UInt8

  @inlinable
  public static var format: FloatFormat {
    FloatFormat(
      significandBits: 1, exponentBias: 1, signBit: 0x8, largestFinite: 0x7, overflow: 0x7,
      nan: 0x8, hasNegativeZero: true)
  }

  /// Creates the number with a pattern; the high four bits are ignored.
  @inlinable
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern & 0xf }
}
