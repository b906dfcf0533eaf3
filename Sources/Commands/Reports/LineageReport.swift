import IR

/// Which nodes of the source model the nodes of a graph stand for.
struct LineageReport {
  private let rows: [[String]]
  private let removed: [String]

  init(_ graph: Graph) {
    let sources = graph.sources.map(Self.label)
    rows = graph.blocks.flatMap { block in
      graph.nodes(in: block).map { node in
        let origins = graph[node].lineage.sources.filter { $0 < sources.count }.map { sources[$0] }
        let name = graph[node].name.isEmpty ? "" : "\"\(graph[node].name)\""
        return [
          "\(graph[node].operatorID)", name,
          origins.isEmpty ? "" : "← " + origins.joined(separator: ", "),
        ]
      }
    }
    removed = graph.removedSources.sources.filter { $0 < sources.count }.map { sources[$0] }
  }

  private static func label(_ source: SourceNode) -> String {
    source.name.isEmpty
      ? source.operatorID.name : "\(source.operatorID.name) \"\(source.name)\""
  }

  /// Prints a line a node, and then the nodes of the source that are gone.
  func show() {
    if !rows.isEmpty { Console.print(table(rows)) }
    guard !removed.isEmpty else { return }
    Console.print("gone\n" + removed.map { "  \($0)" }.joined(separator: "\n"))
  }
}
