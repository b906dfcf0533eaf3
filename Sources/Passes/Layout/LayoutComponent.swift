import IR

/// Nodes next to each other, of one block, that may take their data with its axes in another order.
struct LayoutComponent {
  let order: AxisOrder
  let block: BlockID

  /// The nodes, each after those whose results it uses.
  let nodes: [NodeID]

  private var changes: [NodeID: LayoutChange] = [:]

  /// The most nodes: the cut takes time in proportion to nodes times transposes.
  private static let limit = 2048

  /// Collects the nodes on either side of a value that a Transpose gives or takes; nil where there
  /// are none that were not visited.
  init?(
    around value: ValueID, of block: BlockID, _ order: AxisOrder, in graph: Graph,
    _ visited: inout Set<NodeID>
  ) {
    self.order = order
    self.block = block
    var pending = [value]
    var found: [NodeID] = []
    while let value = pending.popLast() {
      var neighbours = graph.producer(of: value).map { [$0] } ?? []
      graph.forEachUse(of: value) { if case .node(let user, _) = $0 { neighbours.append(user) } }
      for node in neighbours where graph.block(of: node) == block && changes[node] == nil {
        guard found.count < Self.limit, !visited.contains(node),
          let change = graph.layoutChange(of: node, to: order)
        else { continue }
        let data = change.inputs.map { graph.input($0, of: node) }
        let outputs = change.changesOutputs ? graph.outputs(of: node) : []
        guard data.contains(value) || outputs.contains(value) else { continue }
        visited.insert(node)
        changes[node] = change
        found.append(node)
        pending += (data + outputs).compactMap { $0 }.filter { !graph.isConstant($0) }
      }
    }
    guard !found.isEmpty, found.count < Self.limit else { return nil }
    nodes = graph.inOrderOfDependence(found)
  }

  /// The nodes to change so that the fewest transposes are left; nil when that is as they are.
  func cheapest(in graph: Graph) -> [NodeID: LayoutChange]? {
    var network = TransposeNetwork(order: order)
    for node in nodes { network.add(node) }
    var values: Set<ValueID> = []
    for node in nodes {
      guard let change = changes[node] else { continue }
      let data = change.inputs.map { graph.input($0, of: node) }
      for case let value? in data + (change.changesOutputs ? graph.outputs(of: node) : [])
      where !graph.isConstant(value) && values.insert(value).inserted {
        network.add(
          source: source(of: value, in: graph, &network), users: users(of: value, in: graph))
      }
    }
    let (cost, isChanged) = network.solve()
    guard cost < network.formerCost else { return nil }
    return changes.filter { isChanged($0.key) }
  }

  /// What order a value has when it is computed.
  private func source(
    of value: ValueID, in graph: Graph, _ network: inout TransposeNetwork
  ) -> TransposeNetwork.Side {
    guard let producer = graph.producer(of: value), graph.block(of: producer) == block else {
      return .former
    }
    if changes[producer]?.changesOutputs ?? false { return .node(producer) }
    guard let order = graph.axisOrder(of: producer) else { return .former }
    // Another transpose gives either order as well as the one it gives.
    return order == self.order ? .new : .either
  }

  /// The orders in which a value is used.
  private func users(of value: ValueID, in graph: Graph) -> [TransposeNetwork.Side] {
    graph.uses(of: value).map { use in
      guard case .node(let user, let index) = use, graph.block(of: user) == block else {
        return .former
      }
      if let change = changes[user] {
        return change.inputs.contains(index) ? .node(user) : .former
      }
      guard let order = graph.axisOrder(of: user) else { return .former }
      let leadsIn = graph.output(0, of: user).map(isUsedInside(graph)) ?? false
      if order == self.order, leadsIn { return .former }
      return order == self.order.inverse ? .new : .either
    }
  }

  private func isUsedInside(_ graph: Graph) -> (ValueID) -> Bool {
    { value in
      graph.uses(of: value).contains { use in
        guard case .node(let user, let index) = use else { return false }
        return changes[user]?.inputs.contains(index) ?? false
      }
    }
  }
}

/// The choice between two orders of axes for some nodes, as a network whose cuts cost what has to
/// be transposed.
struct TransposeNetwork {
  /// The order of axes that something gives or takes.
  enum Side {
    case former, new, either
    /// That in which a node computes.
    case node(NodeID)
  }

  let order: AxisOrder

  /// What is transposed while no node changes.
  private(set) var formerCost = 0

  private var cut = MinimumCut()
  private var vertices: [NodeID: Int] = [:]

  init(order: AxisOrder) { self.order = order }

  mutating func add(_ node: NodeID) { vertices[node] = cut.addVertex() }

  /// Adds a value: it is transposed once when any user takes the order that its source does not give.
  mutating func add(source: Side, users: [Side]) {
    let users = users.filter { if case .either = $0 { false } else { true } }
    let places = users.map { place(of: $0) ?? MinimumCut.source }
    guard !places.isEmpty else { return }
    let giving = place(of: source) ?? cut.addVertex()
    let takesNew = places.contains(MinimumCut.sink)
    let takesFormer = places.contains { $0 != MinimumCut.sink }
    if giving == MinimumCut.sink ? takesFormer : takesNew && !(isEither(source) && !takesFormer) {
      formerCost += 1
    }
    let (first, second) = (cut.addVertex(), cut.addVertex())
    cut.addEdge(from: giving, to: first, capacity: 1)
    cut.addEdge(from: second, to: giving, capacity: 1)
    for place in Set(places).sorted() {
      cut.addEdge(from: first, to: place, capacity: MinimumCut.unaffordable)
      cut.addEdge(from: place, to: second, capacity: MinimumCut.unaffordable)
    }
  }

  /// Returns the least cost, and which nodes take the new order then.
  mutating func solve() -> (cost: Int, isChanged: (NodeID) -> Bool) {
    let (cost, isWithSink) = cut.solve()
    let vertices = vertices
    return (cost, { node in vertices[node].map { isWithSink[$0] } ?? false })
  }

  private func place(of side: Side) -> Int? {
    switch side {
    case .former: MinimumCut.source
    case .new: MinimumCut.sink
    case .either: nil
    case .node(let node): vertices[node]
    }
  }

  private func isEither(_ side: Side) -> Bool {
    if case .either = side { true } else { false }
  }
}
