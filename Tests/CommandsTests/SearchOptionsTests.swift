import ArgumentParser
import Testing

@testable import Commands

@Suite struct SearchOptionsTests {
  @Test func searchesOnlyWhenAskedTo() throws {
    #expect(try SearchOptions.parse([]).budget() == nil)
    let budget = try #require(try SearchOptions.parse(["--search", "100000"]).budget())
    #expect(budget(0))
  }

  @Test(arguments: ["0", "-1", "nan", "1e9", "soon"]) func refusesOtherTimes(text: String) {
    #expect(throws: (any Error).self) { try SearchOptions.parse(["--search=\(text)"]) }
  }
}
