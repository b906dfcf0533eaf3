import Testing

@testable import Commands

@Suite struct VerifySummaryTests {
  @Test func beginsWithTheVerdict() throws {
    let text = VerifySummary(ReportSample.report([("s", [1, 2])])).text
    #expect(text.hasPrefix("identical: b.edge computes the same bits as a b.onnx (1 sample)\n\n"))
    #expect(!text.contains("next"))
  }

  @Test func saysWhatToDoNext() throws {
    let text = VerifySummary(ReportSample.report([("s", [1, 9])])).text
    #expect(text.contains("  output \"y<1>\" on s differs in 1 of 2 elements by up to 7.00e0"))
    #expect(text.contains("--report FILE.html"))
  }

  @Test func fitsIntoEightyColumns() throws {
    let text = VerifySummary(ReportSample.report([("a-sample-with-a-name", [1, .nan])])).text
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}
