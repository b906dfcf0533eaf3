import Tensors
import Verification

/// What `ferry verify` found.
struct VerifyReport: Encodable {
  let reference: String
  let candidate: String
  let tolerance: Tolerance

  /// The candidate against the reference.
  var models = VerificationReport()

  /// The reference, then the candidate, against outputs that were computed elsewhere.
  private(set) var referenceToExpected: VerificationReport?
  private(set) var candidateToExpected: VerificationReport?

  init(reference: String, candidate: String, tolerance: Tolerance) {
    self.reference = reference
    self.candidate = candidate
    self.tolerance = tolerance
  }

  /// Adds how both models compare with the expected outputs of one sample.
  mutating func addExpected(
    reference: [OutputComparison], candidate: [OutputComparison], sample: String
  ) {
    referenceToExpected = referenceToExpected ?? VerificationReport()
    referenceToExpected?.add(reference, of: sample)
    candidateToExpected = candidateToExpected ?? VerificationReport()
    candidateToExpected?.add(candidate, of: sample)
  }

  /// The worst verdict of all comparisons.
  var verdict: Verdict {
    [models, referenceToExpected, candidateToExpected].compactMap { $0?.verdict }.max()
      ?? .identical
  }

  /// Prints the report for programs or for people.
  func show(asJSON: Bool) throws {
    if asJSON { return try Console.printJSON(VerifyDocument(self)) }
    show(models, title: "\(candidate) against \(reference)")
    if let referenceToExpected { show(referenceToExpected, title: "\(reference) against expected") }
    if let candidateToExpected { show(candidateToExpected, title: "\(candidate) against expected") }
  }

  private func show(_ report: VerificationReport, title: String) {
    Console.print(
      "\(title): \(report.verdict.rawValue), \(counted(report.samples.count, "sample"))")
    Console.print(VerificationTable(report).text)
  }
}

/// The comparisons of a report as a table for people, the worst sample of each output.
struct VerificationTable {
  let text: String

  init(_ report: VerificationReport) {
    var rows = [["output", "verdict", "max abs", "max rel", "SQNR dB", "cosine"]]
    for worst in report.worstByOutput {
      guard let figures = worst.comparison, figures.isComparable else {
        rows.append([worst.output, Self.mismatch(worst)])
        continue
      }
      rows.append([
        worst.output, worst.verdict.rawValue, formattedError(figures.maxAbsoluteError),
        formattedError(figures.maxRelativeError),
        figures.sqnr.isFinite ? rounded(figures.sqnr, places: 1) : "inf",
        rounded(figures.cosine, places: 9),
      ])
    }
    text = table(rows, numbersFrom: 2)
  }

  private static func mismatch(_ worst: OutputComparison) -> String {
    guard let figures = worst.comparison else { return "different: the output is missing" }
    let want = "\(figures.referenceType)\(figures.referenceShape)"
    return "different: \(figures.candidateType)\(figures.candidateShape) instead of \(want)"
  }
}

/// The layout of the report in JSON.
private struct VerifyDocument: Encodable {
  let reference: String
  let candidate: String
  let tolerance: Tolerance
  let verdict: Verdict
  let models: [ComparisonDocument]
  let referenceToExpected: [ComparisonDocument]?
  let candidateToExpected: [ComparisonDocument]?

  init(_ report: VerifyReport) {
    reference = report.reference
    candidate = report.candidate
    tolerance = report.tolerance
    verdict = report.verdict
    models = report.models.comparisons.map(ComparisonDocument.init)
    referenceToExpected = report.referenceToExpected?.comparisons.map(ComparisonDocument.init)
    candidateToExpected = report.candidateToExpected?.comparisons.map(ComparisonDocument.init)
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
  }
}
