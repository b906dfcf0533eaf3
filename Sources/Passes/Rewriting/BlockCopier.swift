import IR
import Tensors

/// Copies the nodes of a block, subgraphs included, to another place of the same or another graph.
struct BlockCopier {
  /// The graph with the block.
  let source: Graph
  /// The lineage of the copies; nil keeps that of the originals.
  let lineage: Lineage?
  /// The values that stand for those of the source; values around the block that have none here
  /// stand for themselves.
  var values: [ValueID: ValueID]
  /// The blocks whose contents are copied, their constants too.
  private var blocks: Set<BlockID> = []

  init(_ source: Graph, lineage: Lineage? = nil, values: [ValueID: ValueID] = [:]) {
    self.source = source
    self.lineage = lineage
    self.values = values
  }

  /// Copies the nodes of `block` before `place` and returns the values that stand for its outputs.
  mutating func copy(_ block: BlockID, to graph: inout Graph, before place: NodeID) -> [ValueID] {
    blocks.insert(block)
    let target = graph.block(of: place)
    for node in source.nodes(in: block) {
      copy(node, to: &graph, at: .before(place), in: target)
    }
    return source.outputs(of: block).map { value($0, in: target, of: &graph) }
  }

  /// Copies nodes to the end of the body of another graph, with the names of their results.
  ///
  /// - Precondition: ``values`` has what they read, constants too.
  mutating func copy(_ nodes: [NodeID], to graph: inout Graph) {
    for node in nodes {
      copy(node, to: &graph, at: .end(of: graph.body), in: graph.body)
      for output in source.outputs(of: node).compactMap({ $0 }) {
        if let copy = values[output] { graph.setName(source.name(of: output), of: copy) }
      }
    }
  }

  private mutating func copy(
    _ node: NodeID, to graph: inout Graph, at place: Graph.Place, in target: BlockID
  ) {
    var copy = source[node]
    if let lineage { copy.lineage = lineage }
    for (name, attribute) in source[node].attributes {
      switch attribute {
      case .block(let block):
        copy.attributes[name] = .block(self.copy(contentsOf: block, to: &graph))
      case .blocks(let blocks):
        copy.attributes[name] = .blocks(
          blocks.map { self.copy(contentsOf: $0, to: &graph) })
      default: break
      }
    }
    let inputs = source.inputs(of: node).map { input in
      input.map { value($0, in: target, of: &graph) }
    }
    let outputs = source.outputs(of: node)
    let results = outputs.map { output in
      output.map { Graph.Result("", type: source.type(of: $0)) }
    }
    let added = graph.add(copy, inputs: inputs, results: results, at: place)
    for (old, new) in zip(outputs, graph.outputs(of: added)) {
      if let old, let new { values[old] = new }
    }
  }

  private mutating func copy(contentsOf block: BlockID, to graph: inout Graph) -> BlockID {
    blocks.insert(block)
    let new = graph.addBlock()
    for input in source.inputs(of: block) {
      values[input] = graph.addInput(
        named: source.name(of: input), type: source.type(of: input), to: new)
    }
    for node in source.nodes(in: block) { copy(node, to: &graph, at: .end(of: new), in: new) }
    let outputs = source.outputs(of: block).map { value($0, in: new, of: &graph) }
    graph.setOutputs(outputs, named: source.outputNames(of: block), of: new)
    return new
  }

  /// The value of the copy that stands for one of the source; constants are copied to `block`.
  private mutating func value(
    _ value: ValueID, in block: BlockID, of graph: inout Graph
  ) -> ValueID {
    if let known = values[value] { return known }
    guard source.isConstant(value), blocks.contains(source.block(of: value)),
      let tensor = source.constant(of: value)
    else { return value }
    return graph.addConstant(tensor, named: source.name(of: value), in: block)
  }
}
