import Glibc
import Tensors
import Verification

/// The errors along the layers on a logarithmic scale: what rounding does, what the candidate has,
/// and what each node adds.
struct LayerChart {
  private let columns: [LayerComparison]
  private let layerCount: Int
  private let culprit: Culprit?
  private let leftOut: Int

  private static let width = 960.0
  private static let height = 300.0
  private static let (left, right, top, bottom) = (52.0, 12.0, 12.0, 34.0)
  /// How many columns there are at most; of more layers each column shows the worst of several.
  private static let columnLimit = 480

  /// Creates the chart of some layers, `leftOut` fewer than there are.
  init(_ layers: [LayerComparison], culprit: Culprit?, leftOut: Int = 0) {
    layerCount = layers.count
    self.leftOut = leftOut
    self.culprit = culprit
    let size = max(1, (layers.count + Self.columnLimit - 1) / Self.columnLimit)
    columns = stride(from: 0, to: layers.count, by: size).compactMap { start in
      let part = layers[start..<min(start + size, layers.count)]
      return part.first { $0.value == culprit?.value } ?? part.max { $0.cumulative < $1.cumulative }
    }
  }

  /// The decades that are shown; errors below the lowest lie on the ground.
  private var decades: ClosedRange<Int> {
    let errors = columns.flatMap { [$0.noise, $0.cumulative, $0.isolated ?? 0] }
      .filter { $0 > 0 }.map { log10($0) }
    let highest = min(4, Int((errors.max() ?? -6).rounded(.up)))
    let lowest = max(-17, min(highest - 2, Int((errors.min() ?? -9).rounded(.down))))
    return lowest...max(highest, lowest + 2)
  }

  var markup: Markup {
    guard columns.contains(where: { $0.cumulative > 0 || ($0.isolated ?? 0) > 0 }) else {
      return "<p>All \(layerCount) values inside of the models have the same bits.</p>\n"
    }
    let decades = decades
    var note =
      columns.count < layerCount
      ? "; each column shows the worst of several of the \(layerCount) values" : ""
    if leftOut > 0 {
      note += "; \(counted(leftOut, "value")) of changed nodes left out, which are others by design"
    }
    return """
      <p class="note">Root mean squares in proportion to the value, on a logarithmic scale\(note). \
      An own error is what a node adds when it is given what the reference computes.</p>
      <ul class="legend"><li><i class="line noise"></i>rounding in the reference</li>\
      <li><i class="line total"></i>error of the value</li>\
      <li><i class="dot"></i>own error of the node</li>\
      <li><i class="cross">✕</i>beyond rounding</li></ul>
      <div class="wide"><svg class="chart" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" \
      role="img" aria-label="errors along the layers">
      \(grid(decades))\(line("noise", decades, \.noise))\(line("total", decades, \.cumulative))\
      \(points(decades))\(hitAreas)</svg></div>
      <pre class="chosen" id="layer" hidden></pre>

      """
  }

  // MARK: - Places

  private func x(_ column: Int) -> Double {
    let span = Self.width - Self.left - Self.right
    return Self.left + span * (Double(column) + 0.5) / Double(max(1, columns.count))
  }

  private func y(_ error: Double, _ decades: ClosedRange<Int>) -> Double {
    let span = Self.height - Self.top - Self.bottom
    let (low, high) = (Double(decades.lowerBound) - 1, Double(decades.upperBound))
    let value = error > 0 ? max(low, min(log10(error), high)) : low
    return Self.top + span * (high - value) / (high - low)
  }

  // MARK: - Parts

  private func grid(_ decades: ClosedRange<Int>) -> Markup {
    let step = max(1, decades.count / 8)
    let ground = Int(y(0, decades))
    var lines: Markup = """
      <line class="axis" x1="52" x2="948" y1="\(ground)" y2="\(ground)"/>\
      <text class="tick" x="46" y="\(ground + 4)">0</text>\
      <text class="name" x="948" y="292">layers in the order of execution →</text>

      """
    for decade in decades where (decades.upperBound - decade) % step == 0 {
      let place = Int(y(pow(10, Double(decade)), decades))
      lines += """
        <line class="grid" x1="52" x2="948" y1="\(place)" y2="\(place)"/>\
        <text class="tick" x="46" y="\(place + 4)">1e\(decade)</text>

        """
    }
    return lines
  }

  private func line(
    _ style: String, _ decades: ClosedRange<Int>, _ error: (LayerComparison) -> Double
  ) -> Markup {
    // Whole numbers, such as shapes, have no rounding: the line passes over those that are right.
    let points = columns.enumerated().compactMap { column, layer -> String? in
      guard layer.noise > 0 || layer.cumulative > 0 else { return nil }
      return "\(rounded(x(column), places: 1)),\(rounded(y(error(layer), decades), places: 1))"
    }
    return "<polyline class=\"\(style)\" points=\"\(points.joined(separator: " "))\"/>\n"
  }

  private func points(_ decades: ClosedRange<Int>) -> Markup {
    var points: Markup = ""
    for (column, layer) in columns.enumerated() {
      let (x, wrong) = (rounded(x(column), places: 1), layer.violation != nil)
      guard let isolated = layer.isolated, isolated > 0 || wrong else { continue }
      let place = y(isolated, decades)
      if wrong {
        let style = layer.value == culprit?.value ? "cross first" : "cross"
        points += """
          <text class="\(style)" x="\(x)" y="\(rounded(place + 4, places: 1))">✕</text>
          """
      } else {
        points += "<circle cx=\"\(x)\" cy=\"\(rounded(place, places: 1))\" r=\"2.2\"/>"
      }
    }
    return points + "\n"
  }

  /// Areas as high as the chart that tell the node below the pointer.
  private var hitAreas: Markup {
    let width = (Self.width - Self.left - Self.right) / Double(max(1, columns.count))
    let areas: [Markup] = columns.enumerated().map { column, layer in
      """
      <rect class="hit" x="\(rounded(x(column) - width / 2, places: 1))" y="12" \
      width="\(rounded(width, places: 1))" height="254"><title>\(Self.text(layer))</title></rect>

      """
    }
    return "\(areas)"
  }

  private static func text(_ layer: LayerComparison) -> String {
    var lines = [
      "\(layer.operatorName)\(layer.node.isEmpty ? "" : " \"\(layer.node)\"")",
      "→ \"\(layer.value)\", \(counted(layer.elementCount, "number")), \(layer.sample)",
      "error \(formattedError(layer.cumulative)), own "
        + "\(layer.isolated.map(formattedError) ?? "unknown"), rounding "
        + formattedError(layer.noise),
    ]
    if let violation = layer.violation { lines.append("it \(violation)") }
    return lines.joined(separator: "\n")
  }
}
