import IR
import Verification

/// The page of `ferry convert` and `ferry optimize`.
struct ConvertPage {
  let report: ConvertReport
  let source: PreparedModel
  let result: PreparedModel
  /// What an execution of source and result side by side showed; nil when nothing was executed.
  let findings: VerificationReport?
  /// How long both take; nil where that was not measured.
  var times: (before: OperatorTimes, after: OperatorTimes)?

  var html: String {
    let facts = [
      ("source", "\(report.source.path), \(formattedBytes(report.source.bytes))"),
      ("result", "\(report.result.path), \(formattedBytes(report.result.bytes))"),
      ("nodes", report.nodesText), ("parameters", "\(report.parameters)"),
      ("verified", report.verificationText),
    ]
    let taken = report.passes.compactMap { pass in
      pass.rollbackReason.map { "\(pass.pass) was taken back: \($0)" }
    }
    return ReportPage(
      title: "\(fileName(report.source.path)) → \(fileName(report.result.path))",
      verdict: report.verdict, sentence: sentence, reasons: taken + report.notes, facts: facts,
      sections: sections
    ).html
  }

  private var sentence: String {
    let (name, source) = (fileName(report.result.path), fileName(report.source.path))
    return switch report.verdict {
    case nil: "\(name) was not executed, as asked"
    case .identical: "\(name) computes the same bits as \(source)"
    case .withinRounding, .withinBudget:
      "\(name) computes what \(source) does: every pass kept its contract"
    case .semanticChange: "\(name) was not written: it computes something else than \(source)"
    }
  }

  private var sections: [ReportPage.Section] {
    var sections: [ReportPage.Section] = []
    if let findings, !findings.comparisons.isEmpty {
      sections.append(
        .init(
          id: "outputs", title: "Outputs",
          body: OutputsSection(comparisons: findings.comparisons).markup))
    }
    sections.append(
      .init(
        id: "passes", title: "Error ledger", body: LedgerSection(passes: report.passes).markup))
    return sections
      + ModelSections(
        before: source.model.graph, after: result.model.graph, findings: findings,
        titles: ("before", "after"),
        isSame: findings?.comparisons.allSatisfy { $0.verdict < .withinBudget } ?? true,
        times: times
      ).sections
  }
}
