import Testing

@testable import Verification

@Suite struct TopAgreementTests {
  static func agreement(
    _ got: [Double], _ want: [Double], size: Int = 1, noise: Double = 0
  ) -> TopAgreement {
    var agreement = TopAgreement(size: size, noise: noise)
    agreement.add(got, want)
    return agreement
  }

  @Test func agreesWhereTheLargestIsAtTheSamePlace() {
    let agreement = Self.agreement([1, 9, 2], [1, 5, 4])
    #expect(agreement.agreeingCount == 1)
    #expect(agreement.share == 1)
  }

  @Test func countsAFlip() {
    let agreement = Self.agreement([6, 5, 0], [1, 5, 0])
    #expect(agreement.flippedCount == 1)
    #expect(agreement.maxLostMargin == 4)
    #expect(agreement.share == 0)
  }

  @Test func doesNotCountAFlipThatRoundingMayDecide() {
    let agreement = Self.agreement([5.1, 5, 0], [5, 5.1, 0], noise: 0.1)
    #expect(agreement.undecidedCount == 1)
    #expect(agreement.flippedCount == 0)
  }

  @Test func looksAtFiveInAnyOrder() {
    let want = [9, 8, 7, 6, 5, 4, 3].map(Double.init)
    #expect(Self.agreement([5, 6, 7, 8, 9, 0, 0], want, size: 5).agreeingCount == 1)
    let flip = Self.agreement([9, 8, 7, 6, 0, 0, 5], want, size: 5)
    #expect(flip.flippedCount == 1)
    #expect(flip.maxLostMargin == 2)
  }

  @Test(arguments: [[1.0], [.nan, 1, 2]]) func skipsRowsWithoutPlaces(row: [Double]) {
    #expect(Self.agreement(row, row).rowCount == 0)
  }

  @Test func takesTheFirstOfEqualNumbers() {
    #expect(Self.agreement([3, 3, 1], [3, 2, 1]).agreeingCount == 1)
  }
}
