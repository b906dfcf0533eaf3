import IR
import Tensors
import Verification

/// A graph drawn as SVG, its nodes coloured by their error.
struct GraphFigure {
  let graph: Graph
  let marks: NodeMarks
  /// The node around which a large graph is drawn; nil draws its first nodes.
  private let focus: NodeID?
  private let drawn: DrawnGraph
  private let layout: GraphLayout

  init(_ graph: Graph, marks: NodeMarks) {
    self.graph = graph
    self.marks = marks
    focus = marks.culprit(in: graph) ?? Self.firstError(graph, marks)
    drawn = DrawnGraph(graph, near: focus)
    layout = GraphLayout(nodeCount: drawn.kinds.count, edges: drawn.edges)
  }

  private static func firstError(_ graph: Graph, _ marks: NodeMarks) -> NodeID? {
    graph.nodes.first { marks.layer(of: $0, in: graph)?.violation != nil }
  }

  /// The drawing with its caption.
  func markup(title: String, names: inout SourceNumbers) -> Markup {
    let total = counted(drawn.nodeCount, "node")
    let count = drawn.kinds.count { if case .node = $0 { true } else { false } }
    let part =
      drawn.isWhole
      ? total
      : "\(total), of which the \(count) "
        + (focus == nil ? "first are drawn" : "nearest to the first error are drawn")
    var boxes: [Markup] = []
    for (index, kind) in drawn.kinds.enumerated() { boxes.append(box(kind, at: index, &names)) }
    let (width, height) = (Int(layout.width.rounded(.up)), Int(layout.height.rounded(.up)))
    return """
      <figure class="graph"><figcaption><b>\(title)</b> <span>\(part)</span>
      <span class="zoom" hidden><button type="button" aria-label="smaller">−</button>\
      <button type="button" aria-label="larger">+</button>\
      <button type="button">fit</button></span></figcaption>
      <div class="pane" tabindex="0"><svg width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" role="img" aria-label="\(title), \(part)">
      \(edges)\(boxes)</svg></div></figure>

      """
  }

  // MARK: - Parts

  private var edges: Markup {
    let paths = layout.routes.map { route -> String in
      guard let first = route.first else { return "" }
      var text = "M\(Int(first.x)) \(Int(first.y))"
      for (from, to) in zip(route, route.dropFirst()) {
        let middle = Int((from.y + to.y) / 2)
        text += "C\(Int(from.x)) \(middle) \(Int(to.x)) \(middle) \(Int(to.x)) \(Int(to.y))"
      }
      return text
    }
    return Markup(verbatim: "<path class=\"e\" d=\"\(paths.joined())\"/>\n")
  }

  private func box(
    _ kind: DrawnGraph.Kind, at index: Int, _ names: inout SourceNumbers
  ) -> Markup {
    let center = layout.places[index]
    let x = Int(center.x - GraphLayout.boxWidth / 2)
    let y = Int(center.y - GraphLayout.boxHeight / 2)
    switch kind {
    case .input(let name): return pill("input", name, x, y)
    case .output(let name): return pill("output", name, x, y)
    case .node(let node):
      let layer = marks.layer(of: node, in: graph)
      let isCulprit = marks.isCulprit(node, in: graph)
      let sources = names.numbers(of: node, in: graph).map { "\($0)" }.joined(separator: " ")
      let level = layer.map { "c\(NodeMarks.errorClass($0.cumulative))" } ?? "cn"
      let style = level + (isCulprit ? " bad" : layer?.violation != nil ? " odd" : "")
      let line = isCulprit ? "▲ at fault" : layer.map(Self.errorText) ?? graph[node].name
      return """
        <g class="n \(style)" data-s="\(sources)" transform="translate(\(x) \(y))">\
        <title>\(description(of: node, layer))</title><rect width="128" height="34" rx="4"/>\
        <text x="64" y="14">\(shortened(graph[node].operatorID.name, to: 19))</text>\
        <text class="s" x="64" y="27">\(shortened(line, to: 22))</text></g>

        """
    }
  }

  private static func errorText(_ layer: LayerComparison) -> String {
    layer.cumulative == 0 ? "same bits" : formattedError(layer.cumulative)
  }

  private func pill(_ role: String, _ name: String, _ x: Int, _ y: Int) -> Markup {
    """
    <g class="n io" transform="translate(\(x) \(y))"><title>\(role) "\(name)"</title>\
    <rect width="128" height="34" rx="17"/><text x="64" y="14">\(shortened(name, to: 18))</text>\
    <text class="s" x="64" y="27">\(role)</text></g>

    """
  }

  /// All that is known of a node, a line each.
  private func description(of node: NodeID, _ layer: LayerComparison?) -> String {
    let name = graph[node].name
    var lines = ["\(graph[node].operatorID.qualifiedName)\(name.isEmpty ? "" : " \"\(name)\"")"]
    for value in graph.outputs(of: node).compactMap({ $0 }) {
      let type = graph.type(of: value).map { " \($0)" } ?? ""
      lines.append("→ \"\(graph.name(of: value))\"\(type)")
    }
    if let layer {
      lines.append(
        "error \(formattedError(layer.cumulative)), own "
          + "\(layer.isolated.map(formattedError) ?? "unknown"), rounding "
          + formattedError(layer.noise))
      if let violation = layer.violation { lines.append(violation) }
    }
    let sources = graph[node].lineage.sources.filter { $0 < graph.sources.count }
    if sources.count > 1 {
      let titles = sources.map { graph.sources[$0].title }
      lines.append("stands for \(titles.joined(separator: ", "))")
    }
    return lines.joined(separator: "\n")
  }
}

extension SourceNode {
  /// The node for people: its operator, and its name where it has one.
  var title: String { name.isEmpty ? operatorID.name : "\(operatorID.name) \"\(name)\"" }
}

/// Numbers for the nodes of the source, by which the drawings of two graphs show what stands for
/// what.
struct SourceNumbers {
  private var numbers: [String: Int] = [:]

  /// The numbers of the nodes of the source that a node stands for.
  mutating func numbers(of node: NodeID, in graph: Graph) -> [Int] {
    graph[node].lineage.sources.filter { $0 < graph.sources.count }.compactMap { source in
      let name = graph.sources[source].name
      guard !name.isEmpty else { return nil }
      let number = numbers[name] ?? numbers.count
      numbers[name] = number
      return number
    }
  }
}
