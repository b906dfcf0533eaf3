/// A float of 8 bits, 4 of exponent: finite up to 240, one NaN, no infinity or negative zero.
public struct Float8E4M3FNUZ: SmallFloat, TensorScalar {
  public static var elementType: ElementType { .float8E4M3FNUZ }

  /// The parameters of the format.
  @inlinable
  public static var format: FloatFormat {
    FloatFormat(
      significandBits: 3, exponentBias: 8, signBit: 0x80, largestFinite: 0x7f, overflow: 0x80,
      nan: 0x80, hasNegativeZero: false)
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
