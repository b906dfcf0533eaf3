/// A float of 8 bits, 4 of exponent: finite up to 448, NaN, no infinity.
public struct Float8E4M3FN: SmallFloat, TensorScalar {
  public static var elementType: ElementType { .float8E4M3FN }

  /// The parameters of the format.
  @inlinable
  public static var format: FloatFormat {
    FloatFormat(
      significandBits: 3, exponentBias: 7, signBit: 0x80, largestFinite: 0x7e, overflow: 0x7f,
      nan: 0x7f, hasNegativeZero: true)
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
