/// A float of 8 bits, 4 of exponent: finite up to 448, NaN, no infinity.
public struct Float8E4M3FN: FormattedFloat, TensorScalar {
  public static var elementType: ElementType { .float8E4M3FN }

  @inlinable
  public static var format: FloatFormat {
    FloatFormat(
      significandBits: 3, exponentBias: 7, signBit: 0x80, largestFinite: 0x7e, overflow: 0x7f,
      nan: 0x7f, hasNegativeZero: true)
  }

  public let bitPattern: UInt8

  @inlinable
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern }
}
