import Testing

@testable import Commands

@Suite struct SARIFReportTests {
  @Test func hasAResultForEachSemanticChange() throws {
    let report = ReportSample.report([("s0", [1, 2]), ("s1", [1, 2.5])])
    let run = try #require(SARIFReport(report).runs.first)
    let result = try #require(run.results.first)
    #expect(run.results.count == 1)
    #expect(result.ruleId == "output-differs")
    #expect(result.level == "error")
    #expect(SARIFReport.Rule.allCases[result.ruleIndex].rawValue == result.ruleId)
    #expect(result.locations.first?.logicalLocations.first?.name == "y<1>")
    #expect(result.locations.first?.physicalLocation.artifactLocation.uri == "b.edge")
    #expect(run.invocations.first?.exitCode == 1)
  }

  @Test func writesPathsAsURIs() throws {
    let run = try #require(SARIFReport(ReportSample.report([("s", [1, 2])])).runs.first)
    #expect(run.results.isEmpty)
    #expect(run.artifacts.map(\.location.uri) == ["file:///models/a%20b.onnx", "b.edge"])
  }
}
