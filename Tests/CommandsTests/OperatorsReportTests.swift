import Foundation
import Operators
import Testing

@testable import Commands

@Suite struct OperatorsReportTests {
  @Test func agreesWithThePage() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Docs/Operators.md")
    let written = try String(contentsOf: page, encoding: .utf8)
    #expect(
      written == OperatorsReport(.standard).markdown + "\n",
      "run `ferry operators --markdown > Docs/Operators.md`")
  }

  @Test func offersOneFormAtATime() {
    #expect(Program.run(["operators", "--json", "--markdown"]) == .usage)
  }
}
