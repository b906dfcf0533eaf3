import Foundation
import Tensors
import Testing

@Suite struct TensorComparisonTests {
  static func floats(_ scalars: [Float]) -> Tensor {
    Tensor(shape: [scalars.count], scalars: scalars)
  }

  @Test func measuresErrors() {
    let want = Self.floats([1, -2, 0, 4])
    let got = Self.floats([1, -2.5, 0.25, 4])
    let result = TensorComparison(of: got, to: want)
    #expect(result.isComparable && !result.isClose && !result.isBitIdentical)
    #expect(result.elementCount == 4)
    #expect(result.differingCount == 2)
    #expect(result.violationCount == 2)
    #expect(result.maxAbsoluteError == 0.5)
    #expect(result.maxRelativeError == 0.25 / TensorComparison.relativeErrorFloor)
    #expect(result.worstIndex == 1)
    #expect(result.meanSignedError == -0.0625)
    #expect(result.sums.errorEnergy == 0.3125)
    #expect(abs(result.sqnr - 18.2736) < 1e-3)
    #expect(abs(result.cosine - 22 / (21 * 23.3125).squareRoot()) < 1e-12)
    #expect(abs(result.sums.rootMeanSquareError - 0.279508) < 1e-6)
  }

  @Test func findsNothingBetweenEqualTensors() {
    let tensor = Self.floats([1, .nan, .infinity, 0])
    let result = TensorComparison(of: tensor, to: tensor)
    #expect(result.isBitIdentical && result.isClose)
    #expect(result.sqnr == .infinity)
    #expect(result.cosine == 1)
    #expect(result.worstIndex == nil)
    let zeros = TensorComparison(of: Self.floats([-0.0]), to: Self.floats([0]))
    #expect(zeros.isClose && !zeros.isBitIdentical && zeros.differingCount == 0)
  }

  @Test(
    arguments: [
      (1.1, 0.2, 0, true), (1.1, 0.05, 0, false), (1.1, 0, 0.11, true), (1.1, 0, 0.09, false),
      (1.1, 0.05, 0.06, true), (.nan, 1, 1, false), (.infinity, 1, 1, false), (1, 0, 0, true),
      (1.1, .nan, 0, false), (1.1, -1, 0, false),
    ] as [(Float, Double, Double, Bool)])
  func appliesBothTolerances(got: Float, absolute: Double, relative: Double, expected: Bool) {
    let tolerance = Tolerance(absolute: absolute, relative: relative)
    #expect(Self.floats([got]).isClose(to: Self.floats([1]), within: tolerance) == expected)
  }

  @Test func countsMisplacedNaNAndInfinity() {
    let want = Self.floats([.nan, 1, .infinity, -.infinity, .nan, 9])
    let got = Self.floats([.nan, 2, .infinity, .infinity, 0, .nan])
    let result = TensorComparison(of: got, to: want, within: Tolerance(absolute: 5, relative: 0))
    #expect(result.nanMismatchCount == 2)
    #expect(result.infinityMismatchCount == 1)
    #expect(result.worstIndex == 3)
    #expect(result.maxAbsoluteError == 1)
    #expect(result.violationCount == 3)
    #expect(result.sums.count == 1)
  }

  @Test func comparesAcrossTypesAndChunks() {
    let want = Self.floats((0..<5000).map { Float($0 % 7) })
    for type in [ElementType.float16, .bfloat16, .int4, .uint8, .float64, .complex64] {
      let got = want.converted(to: type)
      let result = TensorComparison(of: got, to: want)
      #expect(result.isClose && !result.typesMatch && !result.isBitIdentical)
      #expect(TensorComparison(of: got, to: got).isBitIdentical)
    }
    var scalars = want.scalars(of: Float.self)
    scalars[4321] += 1
    let moved = TensorComparison(of: Self.floats(scalars).converted(to: .int4), to: want)
    #expect(moved.worstIndex == 4321)
    #expect(moved.differingCount == 1)
  }

  @Test func comparesLargeIntegersExactly() {
    let want = Tensor(shape: [2], scalars: [1 << 60, .min] as [Int64])
    let got = Tensor(shape: [2], scalars: [1 << 60 + 1, .max] as [Int64])
    let result = TensorComparison(of: got, to: want)
    #expect(result.differingCount == 2)
    #expect(result.maxAbsoluteError == 0x1p64)
    let unsigned = TensorComparison(
      of: Tensor(scalar: UInt64.max - 1), to: Tensor(scalar: UInt64.max))
    #expect(unsigned.meanSignedError == -1)
  }

  @Test func comparesStringsAndBooleansExactly() {
    let loose = Tolerance(absolute: 10, relative: 1)
    let words = Tensor(shape: [2], strings: ["a", "b"])
    let others = Tensor(shape: [2], strings: ["a", "c"])
    #expect(words.isClose(to: words, within: .exact))
    let result = TensorComparison(of: others, to: words, within: loose)
    #expect(!result.isClose && result.worstIndex == 1 && result.differingCount == 1)
    #expect(!Tensor(scalar: true).isClose(to: Tensor(scalar: false), within: loose))
    #expect(!words.isClose(to: Self.floats([1, 2]), within: loose))
  }

  @Test func refusesOtherShapes() {
    let result = TensorComparison(of: Self.floats([1]), to: Tensor(scalar: Float(1)))
    #expect(!result.shapesMatch && !result.isComparable && !result.isClose)
  }

  @Test func comparesNothing() {
    let empty = Self.floats([])
    let result = TensorComparison(of: empty, to: empty)
    #expect(result.isClose && result.isBitIdentical && result.elementCount == 0)
    #expect(result.meanSignedError == 0 && result.sqnr == .infinity && result.cosine == 1)
  }

  @Test func staysFiniteAndSurvivesJSON() throws {
    let want = Tensor(shape: [2], scalars: [1e308, -1e308] as [Double])
    let got = Tensor(shape: [2], scalars: [-1e308, .nan] as [Double])
    let result = TensorComparison(of: got, to: want)
    let encoded = try JSONEncoder().encode(result)
    #expect(try JSONDecoder().decode(TensorComparison.self, from: encoded) == result)
    #expect(String(decoding: encoded, as: UTF8.self).contains("\"float64\""))
  }
}
