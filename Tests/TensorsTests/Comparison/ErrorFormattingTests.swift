import Tensors
import Testing

@Suite struct ErrorFormattingTests {
  @Test(
    arguments: [
      (0, "0"), (4.7683716e-06, "4.77e-6"), (-0.5, "-5.00e-1"), (12.5, "1.25e1"),
      (.infinity, "inf"), (0.9999, "1.00e0"), (-99.96, "-1.00e2"),
    ] as [(Double, String)])
  func writesErrors(value: Double, text: String) {
    #expect(formattedError(value) == text)
  }

  @Test(arguments: [(1.005, 2, "1.00"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (99.96, 1, "100.0")])
  func roundsToPlaces(value: Double, places: Int, text: String) {
    #expect(rounded(value, places: places) == text)
  }
}
