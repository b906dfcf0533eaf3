import IR
import Verification

/// The graphs before and after, side by side, with the legend of their colours.
struct GraphsSection {
  let before: (title: String, graph: Graph)
  let after: (title: String, graph: Graph)
  let marks: NodeMarks
  /// Whether values inside of the models were compared.
  let isCompared: Bool

  var markup: Markup {
    var names = SourceNumbers()
    let first = GraphFigure(before.graph, marks: marks).markup(title: before.title, names: &names)
    let second = GraphFigure(after.graph, marks: marks).markup(title: after.title, names: &names)
    return """
      <p class="note">Choose a node to see what is known of it and its counterparts in the other \
      graph. Nodes of subgraphs are drawn as the node that has them.</p>
      \(isCompared ? legend : "")<div class="graphs">
      \(first)\(second)</div>
      <pre id="node" class="chosen" hidden></pre>

      """
  }

  private var legend: Markup {
    var classes: [(String, String)] = [("c0", "same bits")]
    for (index, bound) in NodeMarks.bounds.enumerated() {
      classes.append(("c\(index + 1)", "up to \(formattedDecade(bound))"))
    }
    classes.append(("c\(NodeMarks.bounds.count + 1)", "more"))
    classes.append(("cn", "not compared"))
    classes.append(("bad", "▲ at fault"))
    let items: [Markup] = classes.map { style, text in
      "<li><i class=\"key \(style)\"></i>\(text)</li>"
    }
    return """
      <ul class="legend"><li>error in proportion to the value</li>\(items)</ul>

      """
  }
}

/// A power of ten for people, such as `1e-06`.
private func formattedDecade(_ value: Double) -> String {
  var (exponent, rest) = (0, value)
  while rest < 0.999 { (rest, exponent) = (rest * 10, exponent + 1) }
  return exponent == 0 ? "1" : "1e-\(exponent)"
}
