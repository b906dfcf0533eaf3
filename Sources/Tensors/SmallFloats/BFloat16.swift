/// The upper half of a `Float`: 8 bits of exponent, 7 of significand.
///
/// Numbers too large become infinite whatever `saturating` says.
public struct BFloat16: SmallFloat, TensorScalar {
  public static var elementType: ElementType { .bfloat16 }

  public let bitPattern: UInt16

  @inlinable
  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  @inlinable
  public init(_ value: Double, saturating: Bool) {
    let format = FloatFormat(
      significandBits: 7, exponentBias: 127, signBit: 0x8000, largestFinite: 0x7f7f,
      overflow: 0x7f80, nan: 0x7fc0, hasNegativeZero: true)
    bitPattern = format.pattern(of: value, saturating: false)
  }

  /// Creates the number nearest to `value`, of two equally near ones the even.
  @inlinable
  public init(_ value: Float) {
    let bits = value.bitPattern
    let rounded = (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16
    let quiet = 0x7fc0 | bits >> 16 & 0x8000
    bitPattern = UInt16(truncatingIfNeeded: value.isNaN ? quiet : rounded)
  }

  @inlinable
  public var float: Float { Float(bitPattern: UInt32(bitPattern) << 16) }
}
