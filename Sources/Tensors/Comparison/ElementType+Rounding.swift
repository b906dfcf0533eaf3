extension ElementType {
  /// The largest relative error of rounding a number to the type, half the distance from 1 to the next
  /// larger one; 0 for types without fractions.
  public var unitRoundoff: Double {
    switch self {
    case .float64, .complex128: 0x1p-53
    case .float32, .complex64: 0x1p-24
    case .float16: 0x1p-11
    case .bfloat16: 0x1p-8
    case .float8E4M3FN, .float8E4M3FNUZ: 0x1p-4
    case .float8E5M2, .float8E5M2FNUZ: 0x1p-3
    default: isFloatingPoint ? 0x1p-2 : 0
    }
  }
}
