import Tensors
import Verification

/// What `ferry verify` found as SARIF 2.1.0: a result for each semantic change, notes for losses
/// within the budget.
struct SARIFReport: Encodable {
  let schema = "https://json.schemastore.org/sarif-2.1.0.json"
  let version = "2.1.0"
  let runs: [Run]

  private enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case version, runs
  }

  init(_ report: VerifyReport) { runs = [Run(report)] }

  /// What one execution of the program found.
  struct Run: Encodable {
    let tool = Tool()
    let invocations: [Invocation]
    let artifacts: [Artifact]
    let results: [Result]
    let columnKind = "unicodeCodePoints"
  }

  /// The program with its rules.
  struct Tool: Encodable {
    struct Driver: Encodable {
      let name = "ferry"
      let version = Ferry.version
      let semanticVersion = Ferry.version
      let rules = Rule.allCases.map(Descriptor.init)
    }
    let driver = Driver()
  }

  /// How the execution ended.
  struct Invocation: Encodable {
    let executionSuccessful: Bool
    let exitCode: Int32
  }

  /// A model file.
  struct Artifact: Encodable {
    let location: ArtifactLocation
    let roles = ["analysisTarget"]
  }

  /// A text for people.
  struct Message: Encodable { let text: String }

  /// Where a model file lies, and its position among the artifacts.
  struct ArtifactLocation: Encodable {
    let uri: String
    let index: Int?
  }

  /// The file that a result lies in.
  struct PhysicalLocation: Encodable { let artifactLocation: ArtifactLocation }

  /// The node or output that a result is about.
  struct LogicalLocation: Encodable {
    let name: String
    let fullyQualifiedName: String
    let kind: String
  }

  /// The place of a result.
  struct Location: Encodable {
    let physicalLocation: PhysicalLocation
    let logicalLocations: [LogicalLocation]
  }

  /// One finding.
  struct Result: Encodable {
    let ruleId: String
    let ruleIndex: Int
    let level: String
    let message: Message
    let locations: [Location]
    /// What stays the same when the figures change.
    let partialFingerprints: [String: String]
  }
}

extension SARIFReport {
  /// What results are about.
  enum Rule: String, CaseIterable {
    case nodeDiffers = "node-differs"
    case hiddenNodeDiffers = "hidden-node-differs"
    case outputDiffers = "output-differs"
    case unexpectedOutput = "unexpected-output"
    case executionFailed = "execution-failed"
    case suspicion = "suspicious-node"
    case loss = "loss-within-budget"

    /// How bad results are.
    var level: String { [.suspicion, .loss].contains(self) ? "note" : "error" }

    fileprivate var summary: String {
      switch self {
      case .nodeDiffers:
        "The first node that computes something else from what the reference gives it."
      case .hiddenNodeDiffers:
        "A node computes something else, which the outputs do not show on these inputs."
      case .outputDiffers: "An output differs from the reference's by more than rounding."
      case .unexpectedOutput: "An output differs from what was expected by more than rounding."
      case .executionFailed: "The candidate cannot be executed."
      case .suspicion: "A node may be why the reference does not compute what was expected."
      case .loss: "An output lost precision within the budget."
      }
    }

    fileprivate var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// A rule as the file describes it.
  struct Descriptor: Encodable {
    struct Configuration: Encodable { let level: String }
    let id: String
    let name: String
    let shortDescription: Message
    let defaultConfiguration: Configuration

    init(_ rule: Rule) {
      id = rule.rawValue
      name = rule.rawValue.split(separator: "-")
        .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
      shortDescription = Message(text: rule.summary)
      defaultConfiguration = Configuration(level: rule.level)
    }
  }
}

extension SARIFReport.Run {
  init(_ report: VerifyReport) {
    let findings = report.findings
    let isWrong = findings.verdict == .semanticChange
    let list = SARIFResults(report)
    artifacts = list.uris.map { .init(location: .init(uri: $0, index: nil)) }
    invocations = [
      .init(
        executionSuccessful: true,
        exitCode: (isWrong ? ExitStatus.verificationFailed : .success).rawValue)
    ]
    results =
      [findings.culprit.map(list.result), findings.failure.map(list.result)].compactMap { $0 }
      + findings.suspicions.map(list.result)
      + list.results(.outputDiffers, in: .candidate, findings.comparisons)
      + list.results(.unexpectedOutput, in: .reference, findings.referenceToExpected ?? [])
      + list.results(.unexpectedOutput, in: .candidate, findings.candidateToExpected ?? [])
  }
}

/// Makes the results of a run.
private struct SARIFResults {
  /// Which of the two files a result lies in.
  enum Side: Int {
    case reference, candidate
  }

  /// The two files.
  let uris: [String]

  init(_ report: VerifyReport) { uris = [report.reference, report.candidate].map(uriReference) }

  func result(_ culprit: Culprit) -> SARIFReport.Result {
    let name = culprit.node.isEmpty ? culprit.value : culprit.node
    return result(
      culprit.isHidden ? .hiddenNodeDiffers : .nodeDiffers,
      "\(culprit.description) on \(culprit.sample): given what the reference computes, it "
        + culprit.reason, name: name, kind: "node", on: culprit.sample)
  }

  func result(_ failure: VerificationReport.Failure) -> SARIFReport.Result {
    result(
      .executionFailed, "on \(failure.sample): \(failure.message)",
      name: failure.place.isEmpty ? "model" : failure.place, kind: "node", on: failure.sample)
  }

  func result(_ suspicion: Suspicion) -> SARIFReport.Result {
    result(
      .suspicion, in: .reference, suspicion.text,
      name: suspicion.node.isEmpty ? suspicion.value : suspicion.node, kind: "node", on: "")
  }

  /// A result for each output that differs by more than rounding.
  func results(
    _ rule: SARIFReport.Rule, in side: Side, _ comparisons: [OutputComparison]
  ) -> [SARIFReport.Result] {
    comparisons.filter { $0.verdict >= .withinBudget }.map { comparison in
      result(
        comparison.verdict == .withinBudget ? .loss : rule, in: side,
        "output \"\(comparison.output)\" on \(comparison.sample) \(comparison.reason)",
        name: comparison.output, kind: "output", on: comparison.sample)
    }
  }

  private func result(
    _ rule: SARIFReport.Rule, in side: Side = .candidate, _ text: String, name: String,
    kind: String, on sample: String
  ) -> SARIFReport.Result {
    SARIFReport.Result(
      ruleId: rule.rawValue, ruleIndex: rule.index, level: rule.level, message: .init(text: text),
      locations: [
        .init(
          physicalLocation: .init(
            artifactLocation: .init(uri: uris[side.rawValue], index: side.rawValue)),
          logicalLocations: [.init(name: name, fullyQualifiedName: name, kind: kind)])
      ],
      partialFingerprints: ["place/v1": "\(rule.rawValue) \(kind) \(name) \(sample)"])
  }
}

/// A path as a URI reference: relative as it is, absolute as the URI of a file.
private func uriReference(_ path: String) -> String {
  var text = path.hasPrefix("/") ? "file://" : ""
  let hex = Array("0123456789ABCDEF")
  for byte in path.utf8 {
    let scalar = Unicode.Scalar(byte)
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~", "/":
      text.unicodeScalars.append(scalar)
    default: text += "%\(hex[Int(byte >> 4)])\(hex[Int(byte & 15)])"
    }
  }
  return text
}
