import Testing

@testable import Operators

@Suite struct FourierTransformTests {
  /// Roots with 60 digits, rounded: index, count, cosine and negative sine.
  static let roots: [(Int, Int, Double, Double)] = [
    (1, 3, -0.5, -0.8660254037844386),
    (1, 7, 0.6234898018587335, -0.7818314824680298),
    (5, 12, -0.8660254037844386, -0.5),
    (3, 1000, 0.999822352380809, -0.018848439715408175),
    (999, 1000, 0.9999802608561371, 0.006283143965558951),
    (123456, 1_000_003, 0.7139348402268504, -0.7002121420757152),
    (1, 1_000_003, 0.9999999999802609, -6.283166457638872e-06),
    (700_000, 1_000_003, -0.30902954320549264, 0.9510524388414155),
  ]

  @Test(arguments: roots)
  func computesRootsToTheLastPlace(_ index: Int, _ count: Int, _ x: Double, _ y: Double) {
    let root = Complex(rootAt: index, of: count)
    #expect(abs(root.x - x) <= x.ulp)
    #expect(abs(root.y - y) <= y.ulp)
  }

  @Test func computesQuartersOfATurnExactly() {
    let quarters = (0..<4).map { Complex(rootAt: 3 * $0, of: 12) }
    #expect(quarters == [Complex(1, 0), Complex(0, -1), Complex(-1, 0), Complex(0, 1)])
  }

  private static func signal(_ count: Int) -> [Complex] {
    let numbers = RandomNumbers(key: UInt64(count))
    return (0..<count).map {
      Complex(numbers.uniform(2 * $0) - 0.5, numbers.uniform(2 * $0 + 1) - 0.5)
    }
  }

  /// Whether parts agree within `bound` of each other.
  private static func areClose(_ left: [Complex], _ right: [Complex], within bound: Double) -> Bool
  {
    left.count == right.count
      && zip(left, right).allSatisfy { abs($0.x - $1.x) <= bound && abs($0.y - $1.y) <= bound }
  }

  @Test(arguments: Array(1...40) + [61, 64, 67, 96, 122, 134, 210, 243, 251])
  func agreesWithTheDefinition(_ length: Int) {
    let signal = Self.signal(length)
    let expected = (0..<length).map { frequency in
      signal.indices.reduce(Complex.zero) { sum, index in
        sum + product(signal[index], Complex(rootAt: index * frequency % length, of: length))
      }
    }
    let transformed = FourierTransform(length: length).transformed(signal)
    #expect(Self.areClose(transformed, expected, within: 1e-13 * Double(length).squareRoot()))
  }

  @Test(arguments: [1, 2, 60, 1024, 2000, 2003, 4006])
  func isUndoneByItsInverse(_ length: Int) {
    let (signal, transform) = (Self.signal(length), FourierTransform(length: length))
    #expect(
      Self.areClose(transform.inverse(transform.transformed(signal)), signal, within: 1e-14))
  }
}
