import Tensors
import Verification

/// What `ferry verify` found as JUnit XML: a suite for each two that were compared, a case for each
/// output on each sample.
struct JUnitReport {
  private let suites: [Suite]

  private struct Suite {
    let name: String
    var cases: [Case]

    var failureCount: Int { cases.count { $0.failure != nil && !$0.isError } }
    var errorCount: Int { cases.count { $0.isError } }
  }

  fileprivate struct Case {
    let group: String
    let name: String
    /// The kind of failure, with what is wrong; nil for a case that passed.
    var failure: (type: String, message: String, figures: String)?
    /// Whether the case could not be decided, since the candidate cannot be executed.
    var isError = false
    /// What a case says that passed.
    var figures = ""
  }

  init(_ report: VerifyReport) {
    let findings = report.findings
    let models = "\(report.candidate) against \(report.reference)"
    var suite = Suite(name: models, cases: findings.comparisons.map(Case.init))
    if let failure = findings.failure {
      let message = "\(report.candidate) cannot be executed"
      suite.cases.append(
        Case(
          group: "execution", name: "\(report.candidate) on \(failure.sample)",
          failure: ("execution", message, failure.message), isError: true))
    }
    if let culprit = findings.culprit, culprit.isHidden {
      suite.cases.append(
        Case(
          group: "nodes", name: "\(culprit.description) on \(culprit.sample)",
          failure: ("semantic change", culprit.reason, "the outputs do not show it on this sample"))
      )
    }
    let expected = [
      ("\(report.reference) against expected", findings.referenceToExpected),
      ("\(report.candidate) against expected", findings.candidateToExpected),
    ]
    suites =
      [suite]
      + expected.compactMap { name, comparisons in
        comparisons.map { Suite(name: name, cases: $0.map(Case.init)) }
      }
  }

  /// The document.
  var text: String {
    let (tests, failures) = (suites.map(\.cases.count), suites.map(\.failureCount))
    let errors = suites.map(\.errorCount)
    let markup: Markup = """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="ferry verify" tests="\(tests.reduce(0, +))" \
      failures="\(failures.reduce(0, +))" errors="\(errors.reduce(0, +))">
      \(suites.map(markup))</testsuites>

      """
    return markup.text
  }

  private func markup(_ suite: Suite) -> Markup {
    """
      <testsuite name="\(suite.name)" tests="\(suite.cases.count)" \
    failures="\(suite.failureCount)" errors="\(suite.errorCount)" skipped="0">
    \(suite.cases.map(markup))  </testsuite>

    """
  }

  private func markup(_ testCase: Case) -> Markup {
    let opening: Markup = """
          <testcase classname="\(testCase.group)" name="\(testCase.name)"
      """
    guard let failure = testCase.failure else {
      return opening + "><system-out>\(testCase.figures)</system-out></testcase>\n"
    }
    let element: Markup = testCase.isError ? "error" : "failure"
    return opening + """
      >
            <\(element) type="\(failure.type)" message="\(failure.message)">\(failure.figures)\
      </\(element)>
          </testcase>

      """
  }
}

extension JUnitReport.Case {
  fileprivate init(_ comparison: OutputComparison) {
    group = comparison.output
    name = "\(comparison.output) on \(comparison.sample)"
    let figures = comparison.figureLines.joined(separator: "\n")
    if comparison.verdict == .semanticChange {
      failure = (comparison.verdict.rawValue, comparison.reason, figures)
    } else {
      self.figures = ([comparison.verdict.rawValue] + [figures].filter { !$0.isEmpty })
        .joined(separator: "\n")
    }
  }
}
