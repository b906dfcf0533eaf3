import FlatBuffers
import FormatSupport
import IR

/// Makes the section of lineage (root `Lineage`).
struct LineageEncoder {
  private var builder = FlatBufferBuilder()
  private var graphs: [FlatOffset<FlatTable>] = []
  private var strings = StringTable()
  private var operators = OperatorTable()
  private var isEmpty = true

  /// Adds the lineage of one graph.
  mutating func append(
    _ graph: Graph, _ numbering: GraphNumbering
  ) throws(FormatError) {
    if !graph.sources.isEmpty { isEmpty = false }
    var sourceOperators: [UInt32] = []
    for source in graph.sources {
      sourceOperators.append(try operators.number(of: source.operatorID, &strings))
    }
    var counts: [UInt32] = []
    var sources: [UInt32] = []
    for node in numbering.nodes {
      let indices = graph[node].lineage.sources
      counts.append(UInt32(indices.count))
      sources += indices.map { UInt32($0) }
    }
    let removed = builder.addColumn(graph.removedSources.sources.map { UInt32($0) })
    let nodeSources = builder.addDerivedColumn(sources)
    let isUniform = counts.allSatisfy { $0 == 1 }
    let nodeSourceCounts = isUniform ? nil : builder.addColumn(counts)
    // Present even when it holds zeros only: it tells how many sources there are.
    let operatorNumbers = builder.addColumn(sourceOperators)
    let names = builder.addTexts(graph.sources.map(\.name))
    graphs.append(
      builder.addTable {
        $0.set(GraphLineageTable.sourceNames, to: names)
        $0.set(GraphLineageTable.sourceOperators, to: operatorNumbers)
        $0.set(GraphLineageTable.nodeSourceCounts, to: nodeSourceCounts)
        $0.set(GraphLineageTable.nodeSources, to: nodeSources)
        $0.set(GraphLineageTable.removed, to: removed)
      })
  }

  /// Returns the section; nil when no graph knows its source.
  mutating func finish() -> [UInt8]? {
    guard !isEmpty else { return nil }
    let operators = operators.add(to: &builder)
    let strings = builder.addStrings(strings.texts)
    let list = builder.add(graphs)
    let root = builder.addTable {
      $0.set(LineageTable.graphs, to: list)
      $0.set(LineageTable.strings, to: strings)
      $0.set(LineageTable.operators, to: operators)
    }
    return builder.finish(root: root, identifier: EdgeHeader.identifier)
  }
}
