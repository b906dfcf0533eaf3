/// A float of 8 bits, 5 of exponent: finite up to 57344, infinity and NaN.
public struct Float8E5M2: SmallFloat, TensorScalar {
  public static var elementType: ElementType { .float8E5M2 }

  /// The parameters of the format.
  @inlinable
  public static var format: FloatFormat {
    FloatFormat(
      significandBits: 2, exponentBias: 15, signBit: 0x80, largestFinite: 0x7b, overflow: 0x7c,
      nan: 0x7e, hasNegativeZero: true)
  }

  public let bitPattern: UInt8

  @inlinable
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern }

  @inlinable
  public init(_ value: Double, saturating: Bool) {
    let pattern = Self.format.pattern(of: value, saturating: saturating)
    bitPattern = UInt8(truncatingIfNeeded: pattern)
  }

  @inlinable
  public var float: Float { Self.format.float(of: UInt16(bitPattern)) }
}
