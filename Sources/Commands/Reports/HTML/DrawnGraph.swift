import IR

/// The part of a graph that a report draws: its nodes, what they are given and what comes out.
struct DrawnGraph {
  enum Kind: Hashable {
    case input(String)
    case node(NodeID)
    case output(String)
  }

  /// The nodes in an order in which every edge leads forward.
  private(set) var kinds: [Kind] = []
  private(set) var edges: [(from: Int, to: Int)] = []
  /// The nodes of the body, which may be more than are drawn.
  let nodeCount: Int
  /// Whether all of them are drawn.
  let isWhole: Bool

  /// How many nodes are drawn at most, and how many of a larger graph.
  static let limit = 2_000
  static let excerptLimit = 250

  /// Chooses what to draw: everything, or what is near to a node, or the first nodes.
  init(_ graph: Graph, near focus: NodeID?, limit: Int = limit, excerptLimit: Int = excerptLimit) {
    nodeCount = graph.nodeCount(in: graph.body)
    isWhole = nodeCount <= limit
    let chosen = isWhole ? nil : Self.neighbourhood(of: focus, in: graph, limit: excerptLimit)
    var positions: [ValueID: Int] = [:]
    for input in graph.inputs where !graph.isConstant(input) && (isWhole || graph.hasUses(input)) {
      positions[input] = kinds.count
      kinds.append(.input(graph.name(of: input)))
    }
    for node in graph.nodes where chosen?.contains(node) ?? true {
      for value in Set(graph.readValues(of: node).compactMap { positions[$0] }).sorted() {
        edges.append((value, kinds.count))
      }
      for value in graph.outputs(of: node).compactMap({ $0 }) { positions[value] = kinds.count }
      kinds.append(.node(node))
    }
    let names = graph.outputNames(of: graph.body)
    for (name, value) in zip(names, graph.outputs) {
      guard let source = positions[value] else { continue }
      edges.append((source, kinds.count))
      kinds.append(.output(name))
    }
    removeUnusedInputs()
  }

  /// The nodes nearest to one along the edges; the first ones where there is none.
  private static func neighbourhood(
    of focus: NodeID?, in graph: Graph, limit: Int
  ) -> Set<NodeID> {
    guard let focus, graph.block(of: focus) == graph.body else {
      return Set(graph.nodes.prefix(limit))
    }
    var chosen: Set<NodeID> = [focus]
    var queue = [focus]
    var next = 0
    while next < queue.count, chosen.count < limit {
      let node = queue[next]
      next += 1
      var neighbours = graph.readValues(of: node).compactMap { graph.producer(of: $0) }
      for value in graph.outputs(of: node).compactMap({ $0 }) {
        for case .node(let user, _) in graph.uses(of: value, limit: limit) {
          neighbours.append(user)
        }
      }
      for neighbour in neighbours
      where graph.block(of: neighbour) == graph.body && chosen.count < limit
        && chosen.insert(neighbour).inserted
      {
        queue.append(neighbour)
      }
    }
    return chosen
  }

  /// Leaves out inputs that nothing drawn depends on, when only a part is drawn.
  private mutating func removeUnusedInputs() {
    guard !isWhole else { return }
    let used = Set(edges.flatMap { [$0.from, $0.to] })
    var positions: [Int: Int] = [:]
    var kept: [Kind] = []
    for (index, kind) in kinds.enumerated() {
      if case .input = kind, !used.contains(index) { continue }
      positions[index] = kept.count
      kept.append(kind)
    }
    edges = edges.compactMap { edge in
      guard let from = positions[edge.from], let to = positions[edge.to] else { return nil }
      return (from, to)
    }
    kinds = kept
  }
}

extension Graph {
  /// The values of the body that a node reads, those that its subgraphs read included.
  fileprivate func readValues(of node: NodeID) -> [ValueID] {
    var read = inputs(of: node).compactMap { $0 }
    var open = blocks(of: node)
    while let block = open.popLast() {
      read += outputs(of: block)
      for inner in nodes(in: block) {
        read += inputs(of: inner).compactMap { $0 }
        open += blocks(of: inner)
      }
    }
    return read
  }
}
