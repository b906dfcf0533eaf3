extension Graph {
  /// Brings the nodes of a block into an order in which every node follows those whose results it
  /// needs; what its subgraphs use counts as used by the node.
  ///
  /// The order changes no more than it must: a node moves only to follow one that it needs. Takes
  /// time in proportion to the contents of the block.
  ///
  /// - Returns: no nodes; or when there is no such order the nodes of one cycle, each before one
  ///   that needs it, and the graph is left as it was.
  @discardableResult
  public mutating func sortTopologically(_ block: BlockID) -> [NodeID] {
    let nodes = Array(nodes(in: block))
    let order = dependencies(of: nodes, in: block).order()
    if let cycle = order.cycles.first { return cycle.map { nodes[$0] } }
    guard order.sequence != Array(nodes.indices) else { return [] }
    for index in order.sequence { move(nodes[index], to: .end(of: block)) }
    return []
  }

  /// Brings the nodes of every block into such an order, in time proportional to the graph.
  ///
  /// - Returns: as ``sortTopologically(_:)``.
  @discardableResult
  public mutating func sortTopologically() -> [NodeID] {
    let nodes = nodesInOrder()
    let order = dependencies(of: nodes).order()
    if let cycle = order.cycles.first { return cycle.map { nodes[$0] } }
    guard order.sequence != Array(nodes.indices) else { return [] }
    for index in order.sequence { move(nodes[index], to: .end(of: block(of: nodes[index]))) }
    return []
  }

  /// The nodes of all blocks, each before those of its subgraphs.
  private func nodesInOrder() -> [NodeID] {
    var nodes: [NodeID] = []
    var walk = GraphWalk(self, from: body)
    while let event = walk.next() {
      if case .node(let node) = event { nodes.append(node) }
    }
    return nodes
  }

  private func dependencies(of nodes: [NodeID]) -> DependencyGraph {
    var places = Array(repeating: 0, count: nodeCapacity)
    for (place, node) in nodes.enumerated() { places[node.index] = place }
    var dependencies = DependencyGraph(count: nodes.count)
    var walk = GraphWalk(self, from: body)
    while let event = walk.next() {
      for value in values(usedBy: event) {
        // What uses a value of an outer block is, there, the node around it.
        guard let needed = producer(of: value), let user = walk.node(in: block(of: needed)) else {
          continue
        }
        dependencies.add(places[user.index], needs: places[needed.index])
      }
    }
    return dependencies
  }

  private func dependencies(of nodes: [NodeID], in block: BlockID) -> DependencyGraph {
    let places = Dictionary(uniqueKeysWithValues: zip(nodes, nodes.indices))
    var dependencies = DependencyGraph(count: nodes.count)
    var walk = GraphWalk(self, from: block)
    while let event = walk.next() {
      guard let user = walk.node(in: block).flatMap({ places[$0] }) else { continue }
      for value in values(usedBy: event) {
        guard let needed = producer(of: value).flatMap({ places[$0] }) else { continue }
        dependencies.add(user, needs: needed)
      }
    }
    return dependencies
  }

  /// The values that a node reads, or that a block returns when the walk leaves it.
  func values(usedBy event: GraphWalk.Event) -> [ValueID] {
    switch event {
    case .node(let node): inputs(of: node).compactMap { $0 }
    case .leave(let block): outputs(of: block)
    case .enter, .finish, .revisit: []
    }
  }
}
