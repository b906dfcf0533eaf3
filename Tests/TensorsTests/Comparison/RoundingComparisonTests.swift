import Tensors
import Testing

@Suite struct RoundingComparisonTests {
  private static func compare(
    _ candidate: [Double], _ computed: [Double], _ exact: [Double]
  ) -> RoundingComparison? {
    RoundingComparison(
      of: Tensor(shape: [candidate.count], scalars: candidate),
      for: Tensor(shape: [computed.count], scalars: computed),
      exact: Tensor(shape: [exact.count], scalars: exact))
  }

  @Test func measuresNoiseAndErrorFromTheExactValues() throws {
    let figures = try #require(Self.compare([1, 2.5, 3], [1.25, 2, 3], [1, 2, 3]))
    #expect(figures.count == 3)
    #expect(figures.noise == .init(maximum: 0.25, energy: 0.0625))
    #expect(figures.error == .init(maximum: 0.5, energy: 0.25))
    #expect(figures.magnitude.maximum == 3)
    #expect(figures.worstIndex == 1)
    #expect(figures.differingCount == 2)
    #expect(figures.unstableCount == 1)
  }

  @Test(
    arguments: [
      // What the computed tensor does too needs no reason, nor what it does not agree on.
      ([.infinity], [.infinity], [.infinity], 0),
      ([.infinity], [.infinity], [1], 0),
      ([2], [.infinity], [1], 0),
      ([.nan], [.nan], [.nan], 0),
      ([.nan], [1], [1], 1),
      ([1], [.nan], [.nan], 1),
      ([-.infinity], [.infinity], [.infinity], 1),
    ] as [([Double], [Double], [Double], Int)])
  func explainsWhatIsNotFinite(
    candidate: [Double], computed: [Double], exact: [Double], count: Int
  ) {
    #expect(Self.compare(candidate, computed, exact)?.unexplainedCount == count)
  }

  @Test func comparesNoOtherShapes() {
    #expect(Self.compare([1, 2], [1], [1]) == nil)
  }
}
