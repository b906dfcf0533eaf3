import Testing

@testable import Commands

@Suite struct FormattingTests {
  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (2_560_000, "2.6 MB"), (123_456_789, "123 MB"),
  ])
  func writesBytes(count: Int, text: String) {
    #expect(formattedBytes(count) == text)
  }

  @Test func alignsColumns() {
    let rows = [["a", "1"], ["long", "100"]]
    #expect(table(rows) == "  a     1\n  long  100")
    #expect(table(rows, numbersFrom: 1) == "  a       1\n  long  100")
  }
}
