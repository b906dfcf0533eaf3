import Tensors
import Verification

/// The outputs that were compared: a row each, and what else is known of those that differ.
struct OutputsSection {
  let comparisons: [OutputComparison]
  /// Whether what is known of wrong outputs shows at once.
  var isOpen = true

  /// The samples that the comparisons are of.
  private var sampleCount: Int { Set(comparisons.map(\.sample)).count }

  var markup: Markup {
    let worst = VerificationReport.worst(of: comparisons)
    let rows: [Markup] = worst.map(row)
    let details: [Markup] = worst.compactMap(details)
    let note: Markup =
      sampleCount > 1
      ? "<p class=\"note\">The worst of \(sampleCount) samples for each output.</p>\n" : ""
    return """
      \(note)<div class="wide"><table class="outputs"><thead><tr><th>output</th><th>verdict</th>\
      <th class="r">max abs</th><th class="r">rounding explains</th><th class="r">max rel</th>\
      <th class="r">SQNR dB</th><th class="r">cosine</th><th class="r">top-1</th>\
      <th class="r">top-5</th><th>sample</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>
      \(details)
      """
  }

  private func row(_ worst: OutputComparison) -> Markup {
    let name: Markup = "<tr><td class=\"name\">\(worst.output)</td><td>\(badge(worst.verdict))</td>"
    guard let figures = worst.comparison, figures.isComparable else {
      return name + "<td colspan=\"7\">\(worst.reason)</td><td>\(worst.sample)</td></tr>\n"
    }
    let cells = [
      formattedError(figures.maxAbsoluteError),
      worst.noise.map { formattedError($0.maxBound) } ?? "",
      formattedError(figures.maxRelativeError), figures.sqnrText,
      rounded(figures.cosine, places: 9), worst.figures?.top1?.percentage ?? "",
      worst.figures?.top5?.percentage ?? "",
    ]
    let numbers: [Markup] = cells.map { "<td class=\"r\">\($0)</td>" }
    return "\(name)\(numbers)<td class=\"name\">\(worst.sample)</td></tr>\n"
  }

  /// What is known of an output that differs; nil of one that does not.
  private func details(_ worst: OutputComparison) -> Markup? {
    guard let comparison = worst.comparison, let figures = worst.figures else { return nil }
    var facts: [(String, String)] = [
      (
        "elements that differ", "\(comparison.differingCount) of \(comparison.elementCount)"
      ),
      ("mean signed error", formattedError(comparison.meanSignedError)),
    ]
    if let index = comparison.worstIndex {
      facts.append(("worst at", comparison.position(of: index)))
    }
    if let noise = worst.noise {
      facts.append(("from the exact result", formattedError(noise.maxError)))
      facts.append(("rounding in the reference", formattedError(noise.maxNoise)))
    }
    for agreement in [figures.top1, figures.top5].compactMap({ $0 }) {
      facts.append(("top-\(agreement.size)", agreement.text))
    }
    if let ranks = figures.rankCorrelation {
      let text = "\(rounded(ranks.mean, places: 6)), least \(rounded(ranks.minimum, places: 6))"
      facts.append(("rank correlation", text))
    }
    for check in figures.invariants { facts.append((check.invariant.rawValue, check.text)) }
    if !figures.special.isEmpty { facts += Self.facts(figures.special, comparison) }
    return """
      <details\(isOpen && worst.verdict == .semanticChange ? " open" : "" as Markup)>\
      <summary>\(worst.output): \(counted(facts.count, "figure")) and distributions</summary>
      <div class="detail">\(definitions(facts))\(units(figures))\
      \(figures.distribution.map { charts(worst, $0) } ?? "")</div></details>

      """
  }

  private static func facts(
    _ special: SpecialNumbers, _ comparison: TensorComparison
  ) -> [(String, String)] {
    let places = special.firstMismatches.map(comparison.position(of:)).joined(separator: " ")
    return [
      ("NaN", "\(special.candidateNaNCount), in the reference \(special.referenceNaNCount)"),
      (
        "infinite",
        "\(special.candidateInfinityCount), in the reference \(special.referenceInfinityCount)"
      ),
      ("first disagreements", places.isEmpty ? "none" : places),
    ]
  }

  private func charts(_ worst: OutputComparison, _ distribution: TensorDistribution) -> Markup {
    DistributionCharts(title: worst.output, detail: worst.sample, distribution: distribution).markup
  }

  /// The distances in units in the last place, a bar for each class.
  private func units(_ figures: OutputFigures) -> Markup {
    guard let units = figures.units, let most = units.counts.max(), most > 0 else { return "" }
    let rows: [Markup] = units.counts.enumerated().compactMap { index, count in
      guard count > 0 else { return nil }
      let bound = UnitsHistogram.bound(ofClass: index).map { "≤ \(formattedCount($0))" } ?? "more"
      return """
        <tr><td class="r">\(index == 0 ? "equal" : bound)</td><td class="r">\(count)</td>\
        <td class="bar">\(bar(Double(count), of: Double(most)))</td></tr>

        """
    }
    return """
      <table class="units"><caption>units in the last place, at most \
      \(formattedCount(units.maximum))</caption>\(rows)</table>

      """
  }
}

/// Returns a list of names with what they are.
func definitions(_ facts: [(String, String)]) -> Markup {
  let items: [Markup] = facts.map { "<div><dt>\($0)</dt><dd>\($1)</dd></div>" }
  return "<dl>\(items)</dl>\n"
}

/// Returns a bar as long as the part is of the whole.
func bar(_ part: Double, of whole: Double, style: String = "") -> Markup {
  guard whole > 0, part > 0 else { return "" }
  let width = rounded(max(0.5, 100 * part / whole), places: 1)
  return "<i class=\"\(style)\" style=\"width:\(width)%\"></i>"
}

/// Returns a verdict with its colour and sign.
func badge(_ verdict: Verdict) -> Markup {
  let (style, sign) = verdict.style
  return "<span class=\"badge \(style)\">\(sign) \(verdict.shortName)</span>"
}

extension Verdict {
  /// The class of the colour and a sign that says the same without it.
  var style: (name: String, sign: String) {
    switch self {
    case .identical: ("same", "✓")
    case .withinRounding: ("near", "✓")
    case .withinBudget: ("loss", "△")
    case .semanticChange: ("wrong", "✕")
    }
  }

  /// The verdict where there is little room.
  var shortName: String { self == .withinBudget ? "within budget" : rawValue }
}
