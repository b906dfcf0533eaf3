import Tensors
import Verification

/// Two charts of a tensor: its values in the reference and in the candidate, and the magnitudes of
/// their distances.
struct DistributionCharts {
  let title: String
  let detail: String
  let distribution: TensorDistribution

  private static let width = 320.0
  private static let height = 96.0

  var markup: Markup {
    """
    <figure class="histogram"><figcaption><b>\(title)</b> <span>\(detail)</span></figcaption>
    \(values)\(errors)</figure>

    """
  }

  private var values: Markup {
    let most = max(distribution.reference.max() ?? 1, distribution.candidate.max() ?? 1)
    let heights = distribution.candidate.map { Self.height(of: $0, most) }
    let step = Self.width / Double(max(1, heights.count))
    // The outline of the candidate's bars over the filled ones of the reference.
    var outline = "M0 100"
    for (index, height) in heights.enumerated() {
      let right = rounded(Double(index + 1) * step, places: 1)
      outline += "V\(rounded(100 - height, places: 1))H\(right)"
    }
    return chart(
      """
      \(bars(distribution.reference, most, "want"))<path class="got" d="\(outline)V100"/>
      """,
      from: formattedError(distribution.lowest), to: formattedError(distribution.highest),
      name: "values")
  }

  private var errors: Markup {
    guard let most = distribution.errors.max(), most > 0 else {
      return "<p class=\"note\">No number differs.</p>\n"
    }
    let first = distribution.errorDecade - distribution.errors.count / 2
    let equal =
      distribution.equalCount > 0 ? ", \(counted(distribution.equalCount, "number")) equal" : ""
    return chart(
      bars(distribution.errors, most, "error"), from: "1e\(first)",
      to: "1e\(distribution.errorDecade)", name: "|error|\(equal)")
  }

  private func chart(_ content: Markup, from: String, to: String, name: String) -> Markup {
    """
    <svg viewBox="0 0 320 120" role="img" aria-label="\(name) from \(from) to \(to)">\(content)\
    <line class="axis" x1="0" x2="320" y1="100" y2="100"/><text x="0" y="114">\(from)</text>\
    <text class="m" x="160" y="114">\(name)</text><text class="r" x="320" y="114">\(to)</text></svg>

    """
  }

  private func bars(_ counts: [Int], _ most: Int, _ style: String) -> Markup {
    let step = Self.width / Double(max(1, counts.count))
    let bars: [Markup] = counts.enumerated().compactMap { index, count in
      guard count > 0 else { return nil }
      let height = Self.height(of: count, most)
      return """
        <rect class="\(style)" x="\(rounded(Double(index) * step + 0.5, places: 1))" \
        y="\(rounded(100 - height, places: 1))" width="\(rounded(step - 1, places: 1))" \
        height="\(rounded(height, places: 1))"><title>\(counted(count, "number"))</title></rect>
        """
    }
    return "\(bars)"
  }

  /// The height of a bar by the square root of the count, so that few numbers show beside many.
  private static func height(of count: Int, _ most: Int) -> Double {
    guard count > 0, most > 0 else { return 0 }
    return max(1.5, height * (Double(count) / Double(most)).squareRoot())
  }
}
