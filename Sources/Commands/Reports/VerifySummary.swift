import Tensors
import Verification

/// The report of `ferry verify` for people at a terminal of 80 columns: the verdict, the outputs,
/// the node at fault, and what to do next.
struct VerifySummary {
  let text: String

  init(_ report: VerifyReport) {
    let findings = report.findings
    let headline = VerifyHeadline(report)
    let samples = counted(findings.samples.count, "sample")
    var parts = ["\(findings.verdict.rawValue): \(headline.sentence) (\(samples))"]
    if !headline.reasons.isEmpty {
      parts.append(headline.reasons.map { "  \(Self.wrapped($0))" }.joined(separator: "\n"))
    }
    let compared: [(String?, [OutputComparison]?)] = [
      (nil, findings.comparisons),
      ("\(fileName(report.reference)) against expected", findings.referenceToExpected),
      ("\(fileName(report.candidate)) against expected", findings.candidateToExpected),
    ]
    for case (let title, let comparisons?) in compared where !comparisons.isEmpty {
      let table = VerificationTable(comparisons).text
      parts.append(title.map { "\($0)\n\(table)" } ?? table)
    }
    parts.append(Self.execution(report))
    if report.showsLayers { parts.append(LayerTable(findings.layers).text) }
    let advice = Self.advice(report)
    if !advice.isEmpty { parts.append("next\n" + table(advice)) }
    text = parts.joined(separator: "\n\n")
  }

  /// What executed the candidate, what the samples exercise, and what a search found.
  private static func execution(_ report: VerifyReport) -> String {
    var lines = ["engine: \(report.findings.engine.rawValue)"]
    if let coverage = report.findings.coverage, coverage.goalCount > 0 {
      lines.append(
        "coverage: \(coverage.exercisedCount) of \(counted(coverage.goalCount, "path")) and ends "
          + "of ranges")
    }
    if let search = report.search {
      lines.append(
        "search: \(counted(search.evaluationCount, "sample")), the worst is \(search.sample.name) "
          + "with \(formattedError(search.divergence)) times what rounding explains")
    }
    return lines.map { wrapped($0) }.joined(separator: "\n")
  }

  /// What helps to find out more.
  private static func advice(_ report: VerifyReport) -> [[String]] {
    guard report.findings.verdict == .semanticChange else { return [] }
    var advice: [[String]] = []
    // What the outputs do not show cannot be taken out.
    if report.findings.culprit?.isHidden == false || report.findings.failure != nil {
      advice.append(["ferry reduce", "the smallest model that still shows it"])
    }
    if report.page == nil {
      advice.append(["--report FILE.html", "errors along the layers, graphs, histograms"])
    }
    if !report.showsLayers { advice.append(["--layers", "the error of every value inside"]) }
    return advice
  }

  private static let width = 76

  /// A text with line breaks where it is longer than a line.
  private static func wrapped(_ text: String) -> String {
    var (lines, line) = ([String](), "")
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = "  "
      }
      line += line.isEmpty || line == "  " ? String(word) : " \(word)"
    }
    return (lines + [line]).joined(separator: "\n  ")
  }
}

/// The comparisons of a report as a table for people, the worst sample of each output.
struct VerificationTable {
  let text: String

  init(_ comparisons: [OutputComparison]) {
    let worst = VerificationReport.worst(of: comparisons)
    let isRanked = worst.contains { $0.figures?.top1 != nil }
    var header = ["output", "verdict", "max abs", "rounding", "SQNR dB", "cosine"]
    if isRanked { header.append("top-1") }
    let nameWidth = isRanked ? 16 : 24
    let rows = worst.map { worst in
      let name = shortened(worst.output, to: nameWidth)
      guard let figures = worst.comparison, figures.isComparable else {
        return [name, "\(worst.verdict.shortName): \(worst.reason)"]
      }
      let cells = [
        name, worst.verdict.shortName, formattedError(figures.maxAbsoluteError),
        worst.noise.map { formattedError($0.maxBound) } ?? "", figures.sqnrText,
        rounded(figures.cosine, places: 6),
      ]
      return isRanked ? cells + [worst.figures?.top1?.percentage ?? ""] : cells
    }
    text = table([header] + rows, numbersFrom: 2)
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
