import IR

extension Graph {
  /// Puts the nodes of every block behind those whose results they use, and returns nil; returns
  /// the nodes of a cycle when there is one.
  ///
  /// A node uses what its subgraphs use. Nodes keep their order where it is sound. Takes time in
  /// proportion to the nodes and uses, times the depth of subgraphs.
  mutating func sortNodes() -> [NodeID]? {
    var order = ExecutionOrder(self)
    for block in blocks {
      if let cycle = order.visit(Array(nodes(in: block))) { return cycle }
    }
    for node in order.finished { move(node, to: .end(of: self.block(of: node))) }
    return nil
  }
}

/// A walk that finishes each node after those that it depends on.
private struct ExecutionOrder {
  private enum State: UInt8 { case new, active, finished }

  /// The nodes of the same block that each node depends on, by ``NodeID/index``.
  private var dependencies: [[NodeID]]
  private var states: [State]

  /// The nodes in an order in which they can be executed.
  private(set) var finished: [NodeID] = []

  init(_ graph: Graph) {
    dependencies = Array(repeating: [], count: graph.nodeCapacity)
    states = Array(repeating: .new, count: graph.nodeCapacity)
    for block in graph.blocks {
      for node in graph.nodes(in: block) {
        for value in graph.inputs(of: node) {
          if let value { addDependency(of: node, on: value, in: graph) }
        }
      }
      guard let owner = graph.owner(of: block) else { continue }
      for value in graph.outputs(of: block) { addDependency(of: owner, on: value, in: graph) }
    }
  }

  /// Adds that the node around `user`, in the block of the value's producer, depends on it.
  private mutating func addDependency(of user: NodeID, on value: ValueID, in graph: Graph) {
    guard let producer = graph.producer(of: value) else { return }
    let block = graph.block(of: producer)
    var node = user
    while graph.block(of: node) != block {
      guard let owner = graph.owner(of: graph.block(of: node)) else { return }
      node = owner
    }
    dependencies[node.index].append(producer)
  }

  /// Finishes some nodes and all that they depend on, or returns the nodes of a cycle.
  mutating func visit(_ nodes: [NodeID]) -> [NodeID]? {
    for node in nodes where states[node.index] == .new {
      if let cycle = visit(from: node) { return cycle }
    }
    return nil
  }

  /// Walks in depth with a stack of its own: chains may be as long as the graph.
  private mutating func visit(from start: NodeID) -> [NodeID]? {
    var stack: [(node: NodeID, next: Int)] = [(start, 0)]
    states[start.index] = .active
    while let (node, next) = stack.last {
      guard next < dependencies[node.index].count else {
        states[node.index] = .finished
        finished.append(node)
        stack.removeLast()
        continue
      }
      stack[stack.count - 1].next += 1
      let dependency = dependencies[node.index][next]
      switch states[dependency.index] {
      case .finished: break
      case .new:
        states[dependency.index] = .active
        stack.append((dependency, 0))
      case .active:
        let first = stack.firstIndex { $0.node == dependency } ?? 0
        return stack[first...].map(\.node)
      }
    }
    return nil
  }
}
