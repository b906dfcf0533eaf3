import IR

/// Nodes of one block that are to become one.
struct NodeRegion {
  private(set) var nodes: [NodeID]
  private var members: Set<NodeID>
  private let block: BlockID?

  /// The most nodes of a region.
  private static let limit = 64

  init(_ nodes: [NodeID], of graph: Graph) {
    self.nodes = []
    members = []
    block = nodes.first.map { graph.block(of: $0) }
    for node in nodes { insert(node) }
  }

  mutating func insert(_ node: NodeID) {
    if members.insert(node).inserted { nodes.append(node) }
  }

  /// Takes in nodes that `belongs` accepts and whose results only the region uses, until there is
  /// none.
  mutating func grow(in graph: Graph, where belongs: (NodeID) -> Bool) {
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for node in nodes {
        for case let input? in graph.inputs(of: node) {
          guard nodes.count < Self.limit, let producer = graph.producer(of: input),
            !members.contains(producer), graph.block(of: producer) == block, belongs(producer),
            isUsedInsideAlone(producer, in: graph)
          else { continue }
          insert(producer)
          isGrowing = true
        }
      }
    }
  }

  /// Takes in what leads away from the region and back again: nodes that `belongs` accepts and that
  /// use its results, but those of `sink`.
  ///
  /// Where something leads to an output of the block, or to nothing, the region is not closed.
  mutating func enclose(in graph: Graph, but sink: NodeID, where belongs: (NodeID) -> Bool) {
    var position = 0
    while position < nodes.count {
      let node = nodes[position]
      position += 1
      guard node != sink else { continue }
      for case let output? in graph.outputs(of: node) {
        for case .node(let user, _) in graph.uses(of: output, limit: Self.limit)
        where nodes.count < Self.limit && graph.block(of: user) == block && belongs(user)
          && graph.outputs(of: user).contains(where: { $0.map(graph.hasUses) ?? false })
        {
          insert(user)
        }
      }
    }
  }

  /// Whether all nodes lie in one block and only the region uses their results, but those of `sink`.
  func isClosed(but sink: NodeID, in graph: Graph) -> Bool {
    nodes.allSatisfy { node in
      graph.block(of: node) == block && (node == sink || isUsedInsideAlone(node, in: graph))
    }
  }

  private func isUsedInsideAlone(_ node: NodeID, in graph: Graph) -> Bool {
    graph.outputs(of: node).allSatisfy { output in
      guard let output else { return true }
      let uses = graph.uses(of: output, limit: Self.limit)
      return (!uses.isEmpty || !graph.hasUses(output))
        && uses.allSatisfy { use in
          guard case .node(let user, _) = use else { return false }
          return members.contains(user)
        }
    }
  }
}

extension Graph {
  /// Some nodes, each after those among them whose results it uses.
  func inOrderOfDependence(_ nodes: [NodeID]) -> [NodeID] {
    let members = Set(nodes)
    var order: [NodeID] = []
    var entered: Set<NodeID> = []
    var pending = nodes.reversed().map { (node: $0, isDone: false) }
    while let (node, isDone) = pending.popLast() {
      if isDone {
        order.append(node)
        continue
      }
      guard entered.insert(node).inserted else { continue }
      pending.append((node, true))
      for input in inputs(of: node).reversed() {
        guard let producer = input.flatMap({ producer(of: $0) }), members.contains(producer) else {
          continue
        }
        pending.append((producer, false))
      }
    }
    return order
  }
}
