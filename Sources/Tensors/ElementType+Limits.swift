extension ElementType {
  /// The numbers of an integer type that int64 holds; of bool 0 and 1.
  public var integerRange: ClosedRange<Int64> {
    guard kind != .boolean else { return 0...1 }
    let isSigned = kind == .signedInteger
    let bits = Int64(isSigned ? bitWidth - 1 : bitWidth)
    guard bits < 63 else { return isSigned ? .min ... .max : 0 ... .max }
    return isSigned ? -(1 << bits)...((1 << bits) - 1) : 0...((1 << bits) - 1)
  }

  /// The magnitudes of a real floating-point type; nil for other types.
  public var magnitudes: FloatMagnitudes? {
    switch self {
    case .float64: FloatMagnitudes(0x1p-1074, 0x1p-1022, .greatestFiniteMagnitude)
    case .float32: FloatMagnitudes(0x1p-149, 0x1p-126, 0x1.fffffep127)
    case .float16: FloatMagnitudes(0x1p-24, 0x1p-14, 65504)
    case .bfloat16: FloatMagnitudes(0x1p-133, 0x1p-126, 0x1.fep127)
    case .float8E4M3FN: FloatMagnitudes(0x1p-9, 0x1p-6, 448)
    case .float8E4M3FNUZ: FloatMagnitudes(0x1p-10, 0x1p-7, 240)
    case .float8E5M2: FloatMagnitudes(0x1p-16, 0x1p-14, 57344)
    case .float8E5M2FNUZ: FloatMagnitudes(0x1p-17, 0x1p-15, 57344)
    case .float8E8M0: FloatMagnitudes(0x1p-127, 0x1p-127, 0x1p127)
    case .float4E2M1: FloatMagnitudes(0.5, 1, 6)
    case .float6E2M3: FloatMagnitudes(0.125, 1, 7.5)
    case .float6E3M2: FloatMagnitudes(0.0625, 0.25, 28)
    default: nil
    }
  }
}

/// The smallest and largest magnitudes of a floating-point type.
public struct FloatMagnitudes: Hashable, Sendable {
  /// The least number above zero.
  public let leastNonzero: Double

  /// The least number with a full significand: those below are subnormal.
  public let leastNormal: Double

  /// The greatest finite number.
  public let greatest: Double

  init(_ leastNonzero: Double, _ leastNormal: Double, _ greatest: Double) {
    self.leastNonzero = leastNonzero
    self.leastNormal = leastNormal
    self.greatest = greatest
  }
}
