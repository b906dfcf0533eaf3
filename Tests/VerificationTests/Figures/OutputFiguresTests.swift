import Tensors
import Testing

@testable import Verification

@Suite struct OutputFiguresTests {
  static func tensor(_ rows: [[Float]]) -> Tensor {
    Tensor(shape: [rows.count, rows.first?.count ?? 0], scalars: rows.flatMap { $0 })
  }

  static func figures(_ got: [[Float]], _ want: [[Float]]) -> OutputFigures? {
    OutputFigures(of: tensor(got), to: tensor(want))
  }

  @Test func correlatesRanksByRow() throws {
    let ranks = try #require(
      Self.figures([[1, 2, 3], [3, 2, 1]], [[10, 20, 30], [1, 2, 3]])?.rankCorrelation)
    #expect(ranks.rowCount == 2)
    #expect(ranks.mean == 0)
    #expect(ranks.minimum == -1)
  }

  @Test func givesEqualNumbersOneRank() throws {
    let ranks = try #require(Self.figures([[1, 1, 1]], [[2, 2, 2]])?.rankCorrelation)
    #expect(ranks.mean == 1)
    let flat = try #require(Self.figures([[1, 1, 1]], [[1, 2, 3]])?.rankCorrelation)
    #expect(flat.mean == 0)
  }

  @Test func findsWhereNumbersAreNotFinite() throws {
    let special = try #require(
      Self.figures([[.nan, 1, .infinity]], [[.nan, .infinity, .infinity]])?.special)
    #expect(special.candidateNaNCount == 1)
    #expect(special.referenceInfinityCount == 2)
    #expect(special.candidateInfinityCount == 1)
    #expect(special.firstMismatches == [1])
  }

  @Test func findsProbabilitiesThatNoLongerSumToOne() throws {
    let want: [[Float]] = [[0.25, 0.75], [0.5, 0.5]]
    let checks = try #require(Self.figures([[0.25, 0.75], [0.5, 0.25]], want)?.invariants)
    #expect(checks.map(\.invariant) == [.unitInterval, .rowsSumToOne])
    #expect(checks.map(\.holds) == [true, false])
    #expect(checks.last?.firstBroken == 2)
    #expect(checks.last?.maxExcess == 0.25)
  }

  @Test func asksForNoMoreThanTheReferenceKeeps() {
    #expect(Self.figures([[0.5, 0.5]], [[2, 3]])?.invariants == [])
    #expect(Self.figures([[0.5, 1.5]], [[0.5, 1]])?.invariants.map(\.holds) == [false])
  }

  @Test func isNotForStringsAndOtherShapes() {
    let row = Self.tensor([[1, 2]])
    #expect(OutputFigures(of: row, to: Self.tensor([[1], [2]])) == nil)
    let strings = Tensor(shape: [2], strings: ["a", "b"])
    #expect(OutputFigures(of: strings, to: strings) == nil)
  }

  @Test func ranksNoWholeNumbers() throws {
    let numbers = Tensor(shape: [3], scalars: [1, 2, 3] as [Int32])
    let figures = try #require(OutputFigures(of: numbers, to: numbers))
    #expect(figures.top1 == nil)
    #expect(figures.units == nil)
    #expect(figures.distribution?.equalCount == 3)
  }
}
