/// A power of two from 2⁻¹²⁷ to 2¹²⁷, or NaN: the scale of a block in the microscaling formats.
public struct Float8E8M0: SmallFloat, TensorScalar {
  public static var elementType: ElementType { .float8E8M0 }

  /// What becomes of a number between two powers of two (`round_mode` of ONNX's `Cast`).
  public enum Rounding: String, Hashable, Sendable {
    /// To the larger.
    case up
    /// To the smaller.
    case down
    /// To the nearer, from halfway to the larger.
    case nearest
  }

  /// The exponent plus 127; 255 is NaN.
  public let bitPattern: UInt8

  @inlinable
  public init(bitPattern: UInt8) { self.bitPattern = bitPattern }

  /// Creates the power of two that `Cast` gives by default: the next one not below `value`.
  @inlinable
  public init(_ value: Double, saturating: Bool) {
    self.init(value, rounding: .up, saturating: saturating)
  }

  /// Creates a power of two beside `value`.
  ///
  /// Numbers outside the range, zero and infinity included, become its nearest end when
  /// `saturating`, else NaN. Negative numbers, of which ONNX says nothing, become NaN.
  @inlinable
  public init(_ value: Double, rounding: Rounding, saturating: Bool) {
    let smallest = 0x1p-127
    guard value >= 0 else {
      bitPattern = 0xff
      return
    }
    guard value >= smallest, value.isFinite else {
      bitPattern = !saturating ? 0xff : value < smallest ? 0 : 0xfe
      return
    }
    let bits = value.bitPattern
    let fraction = bits & (1 << 52 - 1)
    let stepsUp =
      switch rounding {
      case .up: fraction != 0
      case .down: false
      case .nearest: fraction >= 1 << 51
      }
    let code = Int(truncatingIfNeeded: bits >> 52) - 1023 + 127 + (stepsUp ? 1 : 0)
    if code <= 0xfe {
      bitPattern = UInt8(truncatingIfNeeded: code)
    } else {
      bitPattern = saturating ? 0xfe : 0xff
    }
  }

  @inlinable
  public var float: Float {
    switch bitPattern {
    case 0: Float(bitPattern: 0x40_0000)
    case 0xff: .nan
    default: Float(bitPattern: UInt32(bitPattern) << 23)
    }
  }
}
