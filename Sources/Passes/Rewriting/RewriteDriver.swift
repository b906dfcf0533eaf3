import IR

/// Applies rules to the nodes of a model until none matches.
///
/// Every node is looked at once, in the order of execution or from the end; after a change the nodes that it may
/// have given a match are looked at again. The number of changes is bounded in proportion to the
/// nodes, so that rules which undo each other end as well.
struct RewriteDriver: Sendable {
  private let rules: [RewriteRule]

  /// Whether the last nodes come first: a large match ends behind the small ones that it contains.
  private let startsAtEnd: Bool

  /// A value with more uses than this does not have its users looked at again.
  private static let largestFanOut = 32

  init(rules: [RewriteRule], startingAtEnd: Bool = false) {
    startsAtEnd = startingAtEnd
    self.rules = rules
  }

  /// The rules that may match in a graph, by the operator that they start from.
  private func rules(for graph: Graph, _ nodes: [NodeID]) -> [String: [RewriteRule]] {
    var present: Set<String> = []
    if rules.contains(where: { !$0.neededOperators.isEmpty }) {
      for node in nodes where graph[node].operatorID.domain.isEmpty {
        present.insert(graph[node].operatorID.name)
      }
    }
    var byOperator: [String: [RewriteRule]] = [:]
    for rule in rules where rule.neededOperators.isSubset(of: present) {
      for name in rule.operators { byOperator[name, default: []].append(rule) }
    }
    return byOperator
  }

  /// Rewrites a model and returns the number of changes.
  func run(on model: inout Model, layers: [LayerRule] = []) -> Int {
    var queue = model.graph.nodesInExecutionOrder()
    let rules = rules(for: model.graph, queue)
    guard !rules.isEmpty else { return 0 }
    // It holds the only reference from here on: changes copy nothing.
    var rewriting = Rewriting(model)
    model = Model()
    defer { model = rewriting.model }
    if startsAtEnd { queue.reverse() }
    var isQueued = [Bool](repeating: false, count: rewriting.model.graph.nodeCapacity)
    for node in queue { isQueued[node.index] = true }
    let limit = 1024 + 8 * queue.count
    var changes = 0
    var position = 0
    while position < queue.count, changes < limit {
      let node = queue[position]
      position += 1
      isQueued[node.index] = false
      guard rewriting.model.graph.contains(node), layers.enable(node, of: rewriting.model.graph),
        let change = Self.change(for: node, of: rewriting.model, by: rules)
      else { continue }
      let former = rewriting.model.graph.neighbours(of: node, fanOut: Self.largestFanOut)
      let firstNew = rewriting.model.graph.nodeCapacity
      change(&rewriting)
      changes += 1
      let added = rewriting.model.graph.nodes(from: firstNew)
      isQueued += [Bool](
        repeating: false, count: rewriting.model.graph.nodeCapacity - isQueued.count)
      let around = added.flatMap {
        rewriting.model.graph.neighbours(of: $0, fanOut: Self.largestFanOut)
      }
      for node in [node] + former + added + around
      where rewriting.model.graph.contains(node) && !isQueued[node.index] {
        isQueued[node.index] = true
        queue.append(node)
      }
    }
    return changes
  }

  private static func change(
    for node: NodeID, of model: Model, by rules: [String: [RewriteRule]]
  ) -> RewriteRule.Change? {
    guard model.graph[node].operatorID.domain.isEmpty,
      let candidates = rules[model.graph[node].operatorID.name]
    else { return nil }
    for rule in candidates {
      if let change = rule.match(node, model) { return change }
    }
    return nil
  }
}

extension Graph {
  /// The nodes of all blocks, each before those of its subgraphs.
  func nodesInExecutionOrder() -> [NodeID] {
    var found: [NodeID] = []
    var pending: [NodeID] = firstNode(in: body).map { [$0] } ?? []
    while let node = pending.popLast() {
      found.append(node)
      if let next = self.node(after: node) { pending.append(next) }
      pending += blocks(of: node).reversed().compactMap { firstNode(in: $0) }
    }
    return found
  }

  /// The nodes that were added since the capacity was `capacity`.
  fileprivate func nodes(from capacity: Int) -> [NodeID] {
    guard capacity < nodeCapacity else { return [] }
    return (capacity..<nodeCapacity).compactMap(node(at:))
  }

  /// The nodes that compute the inputs of a node, and those that use its outputs.
  fileprivate func neighbours(of node: NodeID, fanOut: Int) -> [NodeID] {
    var found = inputs(of: node).compactMap { $0.flatMap(producer(of:)) }
    for case let output? in outputs(of: node) {
      for use in uses(of: output, limit: fanOut) {
        if case .node(let user, _) = use { found.append(user) }
      }
    }
    return found
  }
}
