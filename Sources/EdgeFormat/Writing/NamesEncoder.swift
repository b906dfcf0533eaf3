import FlatBuffers
import IR

/// Makes the section of names (root `Names`).
struct NamesEncoder {
  private var builder = FlatBufferBuilder()
  private var graphs: [FlatOffset<FlatTable>] = []
  private var isEmpty = true

  /// Adds the names of the model's own graph, whose inputs and outputs keep theirs elsewhere.
  mutating func append(_ graph: Graph, _ numbering: GraphNumbering, isModel: Bool) {
    let ownInputs = isModel ? Set(graph.inputs) : []
    let nodes = numbering.nodes.map { graph[$0].name }
    let values = numbering.values.map { ownInputs.contains($0) ? "" : graph.name(of: $0) }
    let blocks = numbering.blocks.dropFirst().map { graph.name(of: $0) }
    let outputs = numbering.blocks.flatMap { block in
      let names = graph.outputNames(of: block)
      return isModel && block == graph.body ? names.map { _ in "" } : names
    }
    let columns = [nodes, values, blocks, outputs].map { builder.addTexts($0) }
    let name = builder.addText(graph.name)
    if name != nil || columns.contains(where: { $0 != nil }) { isEmpty = false }
    graphs.append(
      builder.addTable {
        $0.set(GraphNamesTable.graph, to: name)
        $0.set(GraphNamesTable.nodes, to: columns[0])
        $0.set(GraphNamesTable.values, to: columns[1])
        $0.set(GraphNamesTable.blocks, to: columns[2])
        $0.set(GraphNamesTable.outputs, to: columns[3])
      })
  }

  /// Returns the section; nil when there are no names.
  mutating func finish() -> [UInt8]? {
    guard !isEmpty else { return nil }
    let list = builder.add(graphs)
    let root = builder.addTable { $0.set(NamesTable.graphs, to: list) }
    return builder.finish(root: root, identifier: EdgeHeader.identifier)
  }
}
