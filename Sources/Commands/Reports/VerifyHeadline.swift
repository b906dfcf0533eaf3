import Verification

/// What a verification comes to, in one sentence, and why.
struct VerifyHeadline {
  let sentence: String
  /// Why, a line each; none where there is nothing to explain.
  let reasons: [String]

  init(_ report: VerifyReport) {
    let findings = report.findings
    let (reference, candidate) = (fileName(report.reference), fileName(report.candidate))
    let models = findings.comparisons.map(\.verdict).max() ?? .identical
    let expected = findings.referenceToExpected?.map(\.verdict).max()
    var reasons: [String] = []
    if let failure = findings.failure {
      sentence = "\(candidate) cannot be executed"
      reasons.append("on \(failure.sample): \(failure.message)")
    } else if findings.culprit?.isHidden == true {
      sentence =
        "\(candidate) computes something else inside, which the outputs do not show on these inputs"
    } else if findings.verdict == .semanticChange, models < .semanticChange {
      sentence =
        expected == .semanticChange
        ? "\(candidate) computes the same as \(reference), but neither computes what is expected"
        : "\(candidate) does not compute what is expected"
    } else {
      let isExpected = expected != nil && findings.verdict < .semanticChange
      sentence =
        Self.sentence(models, candidate, reference, report.bounds)
        + (isExpected ? ", and what is expected" : "")
    }
    if let culprit = findings.culprit {
      reasons.append("\(culprit.isHidden ? "a" : "first") node at fault: \(culprit.description)")
      reasons.append(
        "given what the reference computes, it \(culprit.reason) (on \(culprit.sample))")
    } else if findings.verdict == .semanticChange, findings.failure == nil {
      let all =
        findings.comparisons + (findings.candidateToExpected ?? [])
        + (findings.referenceToExpected ?? [])
      if let worst = all.first(where: { $0.verdict == .semanticChange }) {
        reasons.append("output \"\(worst.output)\" on \(worst.sample) \(worst.reason)")
      }
    }
    self.reasons = reasons + findings.suspicions.map(\.text)
  }

  private static func sentence(
    _ verdict: Verdict, _ candidate: String, _ reference: String, _ bounds: Verifier.Options
  ) -> String {
    switch verdict {
    case .identical: "\(candidate) computes the same bits as \(reference)"
    case .withinRounding where bounds.tolerance != nil:
      "\(candidate) computes the same as \(reference), within the tolerance"
    case .withinRounding: "\(candidate) computes the same as \(reference), but for rounding"
    case .withinBudget:
      "\(candidate) is less precise than \(reference), within the budget of \(bounds.budget ?? 0)"
    case .semanticChange: "\(candidate) computes something else than \(reference)"
    }
  }
}

extension Suspicion {
  /// The node for people.
  var place: String { "\(operatorName)\(node.isEmpty ? "" : " \"\(node)\"") -> \"\(value)\"" }

  /// What is found and where, on one line.
  var text: String { "\(isConfirmed ? "the reason" : "suspicious"): \(place): \(finding)" }
}

/// Returns the last part of a path.
func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
