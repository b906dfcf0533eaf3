import Tensors
import Testing

@testable import Verification

@Suite struct TensorDistributionTests {
  static func distribution(_ got: [Double], _ want: [Double]) -> TensorDistribution? {
    TensorDistribution(
      of: Tensor(shape: [got.count], scalars: got), for: Tensor(shape: [want.count], scalars: want))
  }

  @Test func countsValuesOverTheirCommonRange() throws {
    let counts = try #require(Self.distribution([0, 32], [0, 16]))
    #expect(counts.lowest == 0)
    #expect(counts.highest == 32)
    #expect(counts.reference[0] == 1)
    #expect(counts.reference[16] == 1)
    #expect(counts.candidate[TensorDistribution.valueClassCount - 1] == 1)
  }

  @Test func countsErrorsByHalfDecades() throws {
    let counts = try #require(Self.distribution([0, 0.5, 0.02, 1e-30], [0, 0, 0, 0]))
    #expect(counts.errorDecade == 0)
    #expect(counts.equalCount == 1)
    #expect(counts.errors.last == 1)
    #expect(counts.errors[12] == 1)
    #expect(counts.errors[0] == 1)
  }

  @Test func survivesTheWidestRange() throws {
    let wide = [-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude]
    let counts = try #require(Self.distribution(wide, wide.reversed()))
    #expect(counts.reference.reduce(0, +) == 2)
    #expect(counts.errors.reduce(0, +) == 2)
  }

  @Test func isNothingWithoutFiniteNumbers() {
    #expect(Self.distribution([.nan], [1]) == nil)
    #expect(Self.distribution([], []) == nil)
    #expect(Self.distribution([1, 2], [1]) == nil)
  }
}
