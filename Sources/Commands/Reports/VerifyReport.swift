import Tensors
import Verification

/// What `ferry verify` found.
struct VerifyReport {
  let reference: String
  let candidate: String
  let bounds: Verifier.Options
  let findings: VerificationReport
  /// What a search found, where one was asked for.
  let search: DivergenceSearch.Result?
  /// What is to be said of the samples.
  var notes: [String] = []
  let showsLayers: Bool
  /// Where the page of the report is written; nil when none was asked for.
  let page: String?

  /// Prints the report for programs or for people.
  func show(asJSON: Bool) throws {
    if asJSON { return try Console.printJSON(VerifyDocument(self)) }
    Console.print(VerifySummary(self).text)
    for note in notes { Console.printError("note: \(note)") }
  }
}

/// The layout of the report in JSON.
private struct VerifyDocument: Encodable {
  let reference: String
  let candidate: String
  let tolerance: Tolerance?
  let budget: Double?
  let verdict: Verdict
  let engine: Engine
  let culprit: Culprit?
  let failure: VerificationReport.Failure?
  let suspicions: [Suspicion]?
  let models: [ComparisonDocument]
  let referenceToExpected: [ComparisonDocument]?
  let candidateToExpected: [ComparisonDocument]?
  let layers: [LayerComparison]?
  let coverage: Coverage.Summary?
  let search: SearchDocument?
  let notes: [String]?

  init(_ report: VerifyReport) {
    let findings = report.findings
    reference = report.reference
    candidate = report.candidate
    tolerance = report.bounds.tolerance
    budget = report.bounds.budget
    verdict = findings.verdict
    engine = findings.engine
    culprit = findings.culprit
    failure = findings.failure
    suspicions = findings.suspicions.isEmpty ? nil : findings.suspicions
    models = findings.comparisons.map(ComparisonDocument.init)
    referenceToExpected = findings.referenceToExpected?.map(ComparisonDocument.init)
    candidateToExpected = findings.candidateToExpected?.map(ComparisonDocument.init)
    layers = report.showsLayers ? findings.layers : nil
    coverage = findings.coverage.flatMap { $0.goalCount > 0 ? $0 : nil }
    search = report.search.map(SearchDocument.init)
    notes = report.notes.isEmpty ? nil : report.notes
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
  /// Absent where the values are identical.
  let figures: OutputFigures?

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
    self.figures = comparison.figures
  }
}
