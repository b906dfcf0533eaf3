import Tensors
import Testing

@testable import Verification

@Suite struct UnitsHistogramTests {
  static func units(_ got: Double, _ want: Double, _ type: ElementType = .float32) -> Double? {
    LastPlace(of: type)?.units(from: want, to: got)
  }

  @Test func countsUnitsByPowersOfTwo() {
    var histogram = UnitsHistogram()
    for units in [0, 1, 2, 3, 4, 5, 100] as [Double] { histogram.add(units) }
    #expect(histogram.counts == [1, 1, 1, 2, 1, 0, 0, 0, 1])
    #expect(histogram.maximum == 100)
    #expect(UnitsHistogram.bound(ofClass: 4) == 8)
  }

  @Test func putsWhatIsFarApartIntoTheLastClass() {
    var histogram = UnitsHistogram()
    histogram.add(.greatestFiniteMagnitude)
    #expect(histogram.counts.count == UnitsHistogram.classCount)
    #expect(UnitsHistogram.bound(ofClass: UnitsHistogram.classCount - 1) == nil)
  }

  @Test(
    arguments: [
      (.float16, 0x1p-10), (.bfloat16, 0x1p-7), (.float32, 0x1p-23), (.float64, 0x1p-52),
    ] as [(ElementType, Double)])
  func knowsTheUnitsOfEachType(type: ElementType, unit: Double) {
    #expect(Self.units(4 + 4 * unit, 4, type) == 1)
    #expect(Self.units(-1, -1 - 3 * unit, type) == 3)
  }

  @Test func measuresNumbersNearZeroByTheSmallestUnit() {
    #expect(Self.units(Double(Float.leastNonzeroMagnitude), 0) == 1)
  }

  @Test func measuresFiniteNumbersOfFloatingPointTypesOnly() {
    #expect(Self.units(.nan, 1) == nil)
    #expect(Self.units(1, .infinity) == nil)
    #expect(LastPlace(of: .int32) == nil)
  }
}
