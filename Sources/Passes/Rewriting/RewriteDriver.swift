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

  /// Rewrites a model and returns the number of changes.
  func run(on model: inout Model, layers: [LayerRule] = []) -> Int {
    var candidates = CandidateRules(rules, for: model.graph)
    guard !candidates.isEmpty else { return 0 }
    var queue = model.graph.nodesInExecutionOrder().filter {
      !candidates.rules(for: $0, of: model.graph).isEmpty
    }
    // It holds the only reference from here on: changes copy nothing.
    var rewriting = Rewriting(model)
    model = Model()
    defer { model = rewriting.model }
    if startsAtEnd { queue.reverse() }
    var isQueued = [Bool](repeating: false, count: rewriting.model.graph.nodeCapacity)
    for node in queue { isQueued[node.index] = true }
    let limit = 1024 + 8 * rewriting.model.graph.totalNodeCount
    var changes = 0
    var position = 0
    while position < queue.count, changes < limit {
      let node = queue[position]
      position += 1
      isQueued[node.index] = false
      guard rewriting.model.graph.contains(node), layers.enable(node, of: rewriting.model.graph),
        let change = candidates.change(for: node, of: rewriting.model)
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
}

/// The rules that may match at the nodes of a graph, by the index of their operator.
private struct CandidateRules {
  /// Whether no rule looks at any of the operators that the graph had at first.
  let isEmpty: Bool
  private let byName: [String: [RewriteRule]]
  private var byOperator: [[RewriteRule]] = []

  /// Leaves the rules out that need operators which the graph has none of.
  init(_ rules: [RewriteRule], for graph: Graph) {
    let present = Set(graph.operatorsInUse.lazy.filter(\.domain.isEmpty).map(\.name))
    var byName: [String: [RewriteRule]] = [:]
    for rule in rules where rule.neededOperators.isSubset(of: present) {
      for name in rule.operators { byName[name, default: []].append(rule) }
    }
    self.byName = byName
    isEmpty = present.isDisjoint(with: byName.keys)
    add(graph.operators[...])
  }

  /// Returns the rules that look at a node; the graph may have got operators since.
  mutating func rules(for node: NodeID, of graph: Graph) -> [RewriteRule] {
    let index = graph.operatorIndex(of: node)
    if index >= byOperator.count { add(graph.operators[byOperator.count...]) }
    return byOperator[index]
  }

  /// Returns the change of the first rule that matches at a node.
  mutating func change(for node: NodeID, of model: Model) -> RewriteRule.Change? {
    for rule in rules(for: node, of: model.graph) {
      if let change = rule.match(node, model) { return change }
    }
    return nil
  }

  private mutating func add(_ operators: ArraySlice<OperatorID>) {
    byOperator += operators.map { $0.domain.isEmpty ? byName[$0.name] ?? [] : [] }
  }
}

extension Graph {
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
