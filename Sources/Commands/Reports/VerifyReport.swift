import Tensors
import Verification

/// What `ferry verify` found.
struct VerifyReport {
  let reference: String
  let candidate: String
  let bounds: ToleranceOptions
  let findings: VerificationReport
  /// What a search found, where one was asked for.
  let search: DivergenceSearch.Result?
  let showsLayers: Bool

  /// Prints the report for programs or for people.
  func show(asJSON: Bool) throws {
    if asJSON { return try Console.printJSON(VerifyDocument(self)) }
    show(findings.comparisons, title: "\(candidate) against \(reference)")
    if let comparisons = findings.referenceToExpected {
      show(comparisons, title: "\(reference) against expected")
    }
    if let comparisons = findings.candidateToExpected {
      show(comparisons, title: "\(candidate) against expected")
    }
    if let coverage = findings.coverage, coverage.goalCount > 0 {
      Console.print(
        "coverage: \(coverage.exercisedCount) of \(counted(coverage.goalCount, "path")) and ends of ranges"
      )
    }
    if let search {
      Console.print(
        "search: \(counted(search.evaluationCount, "sample")), the worst is \(search.sample.name) with "
          + "\(formattedError(search.divergence)) times what rounding explains")
    }
    if showsLayers { Console.print(LayerTable(findings.layers).text) }
    if let failure = findings.failure {
      Console.print("\(candidate) cannot be executed on \(failure.sample): \(failure.message)")
    }
    if let culprit = findings.culprit { show(culprit) }
    for suspicion in findings.suspicions {
      let name = suspicion.node.isEmpty ? "" : " \"\(suspicion.node)\""
      Console.print(
        "\(suspicion.isConfirmed ? "the reason" : "suspicious"): \(suspicion.operatorName)\(name) -> "
          + "\"\(suspicion.value)\": \(suspicion.finding)")
    }
  }

  private func show(_ comparisons: [OutputComparison], title: String) {
    let verdict = comparisons.map(\.verdict).max() ?? .identical
    Console.print(
      "\(title): \(verdict.rawValue), \(counted(findings.samples.count, "sample"))")
    Console.print(VerificationTable(comparisons).text)
  }

  private func show(_ culprit: Culprit) {
    Console.print(
      culprit.isHidden
        ? "semantic change that the outputs do not show on these inputs:"
        : "the first node that computes something else:")
    Console.print("  \(culprit.description)")
    Console.print(
      "  given what the reference computes, it \(culprit.reason) (on \(culprit.sample))")
  }
}

/// The comparisons of a report as a table for people, the worst sample of each output.
struct VerificationTable {
  let text: String

  init(_ comparisons: [OutputComparison]) {
    var rows = [["output", "verdict", "max abs", "rounding", "max rel", "SQNR dB", "cosine"]]
    for worst in VerificationReport.worst(of: comparisons) {
      guard let figures = worst.comparison, figures.isComparable else {
        rows.append([worst.output, Self.mismatch(worst)])
        continue
      }
      rows.append([
        worst.output, worst.verdict.rawValue, formattedError(figures.maxAbsoluteError),
        worst.noise.map { formattedError($0.maxBound) } ?? "",
        formattedError(figures.maxRelativeError),
        figures.sqnr.isFinite ? rounded(figures.sqnr, places: 1) : "inf",
        rounded(figures.cosine, places: 9),
      ])
    }
    text = table(rows, numbersFrom: 2)
  }

  private static func mismatch(_ worst: OutputComparison) -> String {
    guard let figures = worst.comparison else { return "semantic change: the output is missing" }
    let want = "\(figures.referenceType)\(figures.referenceShape)"
    return "semantic change: \(figures.candidateType)\(figures.candidateShape) instead of \(want)"
  }
}

/// The values inside of the models as a table for people.
struct LayerTable {
  let text: String

  init(_ layers: [LayerComparison]) {
    var rows = [["value", "operator", "node", "rounding", "error", "own error", "gain"]]
    for layer in layers {
      rows.append([
        layer.value, layer.operatorName, layer.node, formattedError(layer.noise),
        Self.text(layer.cumulative), layer.isolated.map(Self.text) ?? "",
        layer.gain.map { rounded($0, places: 2) } ?? "",
      ])
    }
    text = table(rows, numbersFrom: 3)
  }

  private static func text(_ error: Double) -> String {
    error < .greatestFiniteMagnitude ? formattedError(error) : "no figure"
  }
}

/// The layout of the report in JSON.
private struct VerifyDocument: Encodable {
  let reference: String
  let candidate: String
  let tolerance: Tolerance?
  let budget: Double?
  let verdict: Verdict
  let culprit: Culprit?
  let failure: VerificationReport.Failure?
  let suspicions: [Suspicion]?
  let models: [ComparisonDocument]
  let referenceToExpected: [ComparisonDocument]?
  let candidateToExpected: [ComparisonDocument]?
  let layers: [LayerComparison]?
  let coverage: Coverage.Summary?
  let search: SearchDocument?

  init(_ report: VerifyReport) {
    let findings = report.findings
    reference = report.reference
    candidate = report.candidate
    tolerance = report.bounds.value
    budget = report.bounds.budget
    verdict = findings.verdict
    culprit = findings.culprit
    failure = findings.failure
    suspicions = findings.suspicions.isEmpty ? nil : findings.suspicions
    models = findings.comparisons.map(ComparisonDocument.init)
    referenceToExpected = findings.referenceToExpected?.map(ComparisonDocument.init)
    candidateToExpected = findings.candidateToExpected?.map(ComparisonDocument.init)
    layers = report.showsLayers ? findings.layers : nil
    coverage = findings.coverage.flatMap { $0.goalCount > 0 ? $0 : nil }
    search = report.search.map(SearchDocument.init)
  }
}

/// What a search found, in JSON.
private struct SearchDocument: Encodable {
  let sample: String
  /// In units of what rounding explains.
  let divergence: Double
  let evaluations: Int

  init(_ result: DivergenceSearch.Result) {
    sample = result.sample.name
    divergence = result.divergence
    evaluations = result.evaluationCount
  }
}

/// One comparison in JSON; the figures are absent where values are of different kinds.
struct ComparisonDocument: Encodable {
  let output: String
  let sample: String
  let verdict: Verdict
  let elements: Int?
  let violations: Int?
  let maxAbsoluteError: Double?
  let maxRelativeError: Double?
  /// Decibels; absent where there is no error.
  let sqnr: Double?
  let cosine: Double?
  let meanSignedError: Double?
  let worstIndex: Int?
  /// What rounding does to the output, and the largest error that it explains.
  let noise: Double?
  let explained: Double?

  init(_ comparison: OutputComparison) {
    output = comparison.output
    sample = comparison.sample
    verdict = comparison.verdict
    let figures = comparison.comparison
    elements = figures?.elementCount
    violations = figures?.violationCount
    maxAbsoluteError = figures?.maxAbsoluteError
    maxRelativeError = figures?.maxRelativeError
    sqnr = figures.flatMap { $0.sqnr.isFinite ? $0.sqnr : nil }
    cosine = figures?.cosine
    meanSignedError = figures?.meanSignedError
    worstIndex = figures?.worstIndex
    noise = comparison.noise?.maxNoise
    explained = comparison.noise?.maxBound
  }
}
