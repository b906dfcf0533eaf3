#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A complex number: its real and its imaginary part.
typealias Complex = SIMD2<Double>

/// Returns the product of two complex numbers.
@inline(__always)
func product(_ left: Complex, _ right: Complex) -> Complex {
  Complex(left.x * right.x - left.y * right.y, left.x * right.y + left.y * right.x)
}

extension Complex {
  /// The number with the opposite imaginary part.
  @inline(__always) var conjugate: Complex { Complex(x, -y) }

  /// The number with its parts exchanged.
  ///
  /// A transform of exchanged numbers, exchanged, is the inverse transform but for its scale.
  @inline(__always) var exchanged: Complex { Complex(y, x) }

  /// Creates e^(-2πi·index/count), each part within one unit in the last place.
  ///
  /// Multiples of an eighth of a turn are reduced exactly; what is left of the angle has twice the
  /// bits of a number.
  ///
  /// - Precondition: `index` is at least 0 and below `count`, which is below 2⁶⁰.
  init(rootAt index: Int, of count: Int) {
    let (eighth, rest) = (8 * index).quotientAndRemainder(dividingBy: count)
    // Odd eighths are measured from their end.
    let (cosine, sine) = cosineAndSine(
      ofEighth: Double(eighth & 1 == 0 ? rest : count - rest), of: Double(count))
    let (x, y) = (eighth + 1) & 2 == 0 ? (cosine, sine) : (sine, cosine)
    self.init((2..<6).contains(eighth) ? -x : x, eighth < 4 ? -y : y)
  }
}

/// Returns the cosine and the sine of the angle π/4·part/whole.
private func cosineAndSine(ofEighth part: Double, of whole: Double) -> (Double, Double) {
  let fraction = part / whole
  let missing = part.addingProduct(-fraction, whole) / whole
  let eighth = Double.pi / 4
  let angle = fraction * eighth
  // π/4 lies this much above the number nearest to it.
  let rest =
    (-angle).addingProduct(fraction, eighth) + fraction * 0x1.1a62633145c07p-55 + missing * eighth
  return (cos(angle) - sin(angle) * rest, sin(angle) + cos(angle) * rest)
}
