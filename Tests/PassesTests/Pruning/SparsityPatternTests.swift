import Testing

@testable import Passes

@Suite struct SparsityPatternTests {
  @Test func readsPatterns() {
    #expect(SparsityPattern("none") == .blocks(rows: 1, columns: 1))
    #expect(SparsityPattern("block:4x1") == .blocks(rows: 4, columns: 1))
    #expect(SparsityPattern("2:4") == .kept(2, of: 4))
  }

  @Test(arguments: [
    "", "2", "4:2", "2:2", "0:4", "2:4:8", "block:4", "block:0x1", "block:axb", "2x4",
  ])
  func refusesOtherText(_ text: String) {
    #expect(SparsityPattern(text) == nil)
  }
}
