/// A float of 8 bits, 5 of exponent: finite up to 57344, infinity and NaN.
public struct Float8E5M2: FormattedFloat, TensorScalar {
  public static var elementType: ElementType { .float8E5M2 }

  @inlinable
  public static var format: FloatFormat {
    FloatFormat(
      significandBits: 2, exponentBias: 15, signBit: 0x80, largestFinite: 0x7b, overflow: 0x7c,
      nan: 0x7e, hasNegativeZero: true)
  }

  public let bitPattern: UInt8

  @inlinable
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern }
}
