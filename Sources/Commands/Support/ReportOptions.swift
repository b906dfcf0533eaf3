import ArgumentParser

/// The option that asks for a report to look at.
struct ReportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Also write a report to look at: one HTML file that needs no network.",
      valueName: "file.html"))
  var report: String?
}

/// The options that ask for reports that other programs read.
struct MachineReportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Also write JUnit XML, which CI systems show: a case for each output and sample.",
      valueName: "file.xml"))
  var junit: String?

  @Option(
    help: ArgumentHelp(
      "Also write SARIF 2.1.0: a result for each semantic change.", valueName: "file.sarif"))
  var sarif: String?
}
