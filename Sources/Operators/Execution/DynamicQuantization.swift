/// The quantization to 8 unsigned bits in the range that numbers and zero have.
struct DynamicQuantization<Scalar: RealScalar> {
  let scale: Scalar
  private let zero: Scalar

  /// The number that stands for zero.
  var zeroPoint: UInt8 { UInt8(zero) }

  /// Finds the range of some numbers.
  init(of numbers: some Sequence<Scalar>) {
    let (low, high) = numbers.reduce(into: (0 as Scalar, 0 as Scalar)) { range, number in
      range.0 = min(range.0, number)
      range.1 = max(range.1, number)
    }
    scale = (low == high ? 1 : high - low) / 255
    zero = Self.limited((-low / scale).rounded(.toNearestOrEven))
  }

  /// Returns what stands for a number.
  @inline(__always)
  func quantized(_ number: Scalar) -> UInt8 {
    UInt8(Self.limited((number / scale).rounded(.toNearestOrEven) + zero))
  }

  /// Returns the numbers that those which stand for `numbers` stand for.
  func rounded(_ numbers: [Scalar]) -> [Scalar] {
    numbers.map { (Scalar(quantized($0)) - zero) * scale }
  }

  /// Returns a number that fits into a byte; NaN becomes zero.
  @inline(__always)
  private static func limited(_ value: Scalar) -> Scalar {
    value >= 0 ? (value <= 255 ? value : 255) : 0
  }
}
