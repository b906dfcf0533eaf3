import IR
import Tensors
import Verification

/// The page of `ferry verify`.
struct VerifyPage {
  let report: VerifyReport
  let reference: PreparedModel
  let candidate: PreparedModel
  /// How long both take; nil where that was not measured.
  var times: (before: OperatorTimes, after: OperatorTimes)?

  var html: String {
    let headline = VerifyHeadline(report)
    let findings = report.findings
    var facts = [
      ("reference", report.reference), ("candidate", report.candidate),
      ("samples", "\(findings.samples.count)"),
    ]
    if let coverage = findings.coverage, coverage.goalCount > 0 {
      let count = "\(coverage.exercisedCount) of \(coverage.goalCount)"
      facts.append(("coverage", "\(count) paths and ends of ranges"))
    }
    if let search = report.search {
      facts.append(("search", "\(counted(search.evaluationCount, "sample")) tried"))
    }
    if let tolerance = report.bounds.tolerance {
      facts.append(("tolerance", "\(tolerance.relative)"))
    }
    if let budget = report.bounds.budget { facts.append(("budget", "\(budget)")) }
    return ReportPage(
      title: "\(fileName(report.candidate)) against \(fileName(report.reference))",
      verdict: findings.verdict, sentence: headline.sentence, reasons: headline.reasons,
      facts: facts, sections: sections
    ).html
  }

  private var sections: [ReportPage.Section] {
    let findings = report.findings
    var sections: [ReportPage.Section] = []
    func add(_ id: String, _ title: String, _ body: Markup) {
      sections.append(ReportPage.Section(id: id, title: title, body: body))
    }
    if !findings.comparisons.isEmpty {
      add("outputs", "Outputs", OutputsSection(comparisons: findings.comparisons).markup)
    }
    if let comparisons = findings.referenceToExpected {
      add(
        "reference", "Reference against expected",
        OutputsSection(comparisons: comparisons, isOpen: false).markup)
    }
    if let comparisons = findings.candidateToExpected {
      add(
        "candidate", "Candidate against expected",
        OutputsSection(comparisons: comparisons, isOpen: false).markup)
    }
    return sections
      + ModelSections(
        before: reference.model.graph, after: candidate.model.graph, findings: findings,
        titles: ("reference", "candidate"), isSame: findings.verdict < .withinBudget, times: times
      ).sections
  }
}

/// The sections that show two graphs and the errors inside of them.
struct ModelSections {
  let before: Graph
  let after: Graph
  /// What an execution side by side showed; nil when there was none.
  let findings: VerificationReport?
  let titles: (before: String, after: String)
  /// Whether both compute the same but for rounding.
  ///
  /// What a pass changed inside is no error then, such as the result of a Conv that takes in the
  /// normalization behind it.
  let isSame: Bool
  /// How long both take; nil where that was not measured.
  let times: (before: OperatorTimes, after: OperatorTimes)?

  private static let histogramLimit = 6

  var sections: [ReportPage.Section] {
    let all = findings?.layers ?? []
    let layers = isSame ? all.filter { $0.violation == nil } : all
    let culprit = isSame ? nil : findings?.culprit
    var sections: [ReportPage.Section] = []
    if !layers.isEmpty {
      sections.append(
        .init(
          id: "layers", title: "Errors along the layers",
          body: LayerChart(layers, culprit: culprit, leftOut: all.count - layers.count).markup))
    }
    if let body = histograms(layers) {
      sections.append(.init(id: "tensors", title: "Worst values inside", body: body))
    }
    let graphs = GraphsSection(
      before: (titles.before, before), after: (titles.after, after),
      marks: NodeMarks(layers, culprit: culprit), isCompared: !layers.isEmpty)
    let weights = WeightsSection(before: WeightSizes(before), after: WeightSizes(after))
    sections += [
      .init(id: "graphs", title: "Graphs", body: graphs.markup),
      .init(id: "sizes", title: "Weights", body: weights.markup),
    ]
    guard let times else { return sections }
    let body = TimesSection(before: times.before, after: times.after).markup
    return sections + [.init(id: "times", title: "Time", body: body)]
  }

  private func histograms(_ layers: [LayerComparison]) -> Markup? {
    let worst = layers.filter { $0.distribution != nil }.sorted { $0.isWorse(than: $1) }
    let charts: [Markup] = worst.prefix(Self.histogramLimit).compactMap { layer in
      guard let distribution = layer.distribution else { return nil }
      let node = "\(layer.operatorName)\(layer.node.isEmpty ? "" : " \"\(layer.node)\"")"
      return DistributionCharts(
        title: layer.value, detail: "\(node), \(layer.sample)", distribution: distribution
      ).markup
    }
    guard !charts.isEmpty else { return nil }
    return """
      <p class="note">Filled: the reference; outlined: the candidate. Heights are square roots of \
      counts.</p>
      <div class="histograms">\(charts)</div>

      """
  }
}
