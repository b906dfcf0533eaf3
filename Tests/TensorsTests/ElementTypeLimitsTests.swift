import Tensors
import Testing

@Suite struct ElementTypeLimitsTests {
  static let floats = ElementType.allCases.filter(\.isFloatingPoint)

  /// The number that a type makes of another one.
  private func rounded(_ number: Double, to type: ElementType) -> Double? {
    Tensor(scalar: number).converted(to: type).converted(to: .float64)
      .scalars(of: Double.self).first
  }

  @Test(arguments: floats) func everyMagnitudeIsANumberOfTheType(type: ElementType) throws {
    let magnitudes = try #require(type.magnitudes)
    for magnitude in [magnitudes.leastNonzero, magnitudes.leastNormal, magnitudes.greatest] {
      #expect(rounded(magnitude, to: type) == magnitude)
    }
  }

  @Test(arguments: floats.filter { $0 != .float8E8M0 })
  func nothingLiesBeyondTheEnds(type: ElementType) throws {
    let magnitudes = try #require(type.magnitudes)
    #expect(rounded(magnitudes.leastNonzero / 2, to: type) == 0)
    if type != .float64 {
      let next = try #require(rounded(magnitudes.greatest * 2, to: type))
      #expect(next.isInfinite || next == magnitudes.greatest)
    }
  }

  @Test func onlyFloatsHaveMagnitudes() {
    #expect(ElementType.allCases.filter { $0.magnitudes != nil } == Self.floats)
  }

  @Test func tellsTheRangeOfIntegers() {
    #expect(ElementType.int4.integerRange == -8...7)
    #expect(ElementType.uint8.integerRange == 0...255)
    #expect(ElementType.int64.integerRange == Int64.min...Int64.max)
    #expect(ElementType.uint64.integerRange == 0...Int64.max)
    #expect(ElementType.bool.integerRange == 0...1)
  }
}
