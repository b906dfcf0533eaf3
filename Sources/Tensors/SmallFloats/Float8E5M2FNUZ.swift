/// A float of 8 bits, 5 of exponent: finite up to 57344, one NaN, no infinity or negative zero.
public struct Float8E5M2FNUZ: FormattedFloat, TensorScalar {
  public static var elementType: ElementType { .float8E5M2FNUZ }

  @inlinable
  public static var format: FloatFormat {
    FloatFormat(
      significandBits: 2, exponentBias: 16, signBit: 0x80, largestFinite: 0x7f, overflow: 0x80,
      nan: 0x80, hasNegativeZero: false)
  }

  public let bitPattern: UInt8

  @inlinable
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern }
}
