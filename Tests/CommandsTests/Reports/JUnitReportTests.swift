import Testing

@testable import Commands

@Suite struct JUnitReportTests {
  @Test func hasACaseForEachOutputAndSample() throws {
    let report = ReportSample.report([("s0", [1, 2]), ("s1", [1, 2.5])])
    let text = JUnitReport(report).text
    #expect(text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "))
    #expect(text.contains("tests=\"2\" failures=\"1\" errors=\"0\""))
    #expect(
      text.contains("<testcase classname=\"y&lt;1&gt;\" name=\"y&lt;1&gt; on s0\"><system-out>"))
    #expect(text.contains("<failure type=\"semantic change\" message=\"differs in 1 of 2 "))
    #expect(text.contains("max abs 5.00e-1\n"))
  }

  @Test func saysWhyShapesDiffer() throws {
    let text = JUnitReport(ReportSample.report([("s", [1])])).text
    #expect(text.contains("message=\"is float32[1] instead of float32[2]\""))
  }
}
