import Testing

@testable import Passes

@Suite struct LowestScoresTests {
  static func taken(_ count: Int, of scores: [Float]) -> [Bool] {
    var lowest = LowestScores(count, of: scores)
    return scores.map { lowest.takes($0) }
  }

  @Test(arguments: 0...6)
  func takesTheLowest(_ count: Int) {
    let scores: [Float] = [0.5, 1e-30, 3, 0, 2.5e7, 0.25]
    let sorted = scores.sorted().prefix(count)
    #expect(Self.taken(count, of: scores) == scores.map { sorted.contains($0) })
  }

  @Test func takesTheFirstOfEqualOnes() {
    #expect(Self.taken(3, of: [1, 0, 1, 1, 2]) == [true, true, true, false, false])
    #expect(Self.taken(1, of: [0, 0]) == [true, false])
  }

  @Test func takesWhatIsNoNumberLast() {
    #expect(Self.taken(2, of: [.nan, .infinity, 1]) == [false, true, true])
  }

  @Test func takesAllWhereMoreAreAskedFor() {
    #expect(Self.taken(9, of: [2, 1]) == [true, true])
  }
}
