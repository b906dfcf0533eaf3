import IR

extension RewriteRule {
  /// A rule that makes a fused operator of what matches one of some patterns.
  ///
  /// What several matches share, as normalizations of one value do their mean, is computed in each.
  static func fusing(_ name: String, _ patterns: Pattern...) -> RewriteRule {
    let roots = Array(Set(patterns.flatMap(\.rootOperators))).sorted()
    let needed = patterns.map(\.neededOperators).reduce(nil) { $0?.intersection($1) ?? $1 }
    return RewriteRule(of: roots, needing: needed ?? []) { node, model in
      for pattern in patterns {
        guard let match = PatternMatch(pattern, at: node, of: model.graph),
          let others = match.otherUsers(in: model.graph),
          others.allSatisfy({ model.graph.isPart($0, ofMatchOf: patterns) })
        else { continue }
        let nodes = match.nodes
        return { model in
          let own = model.graph.separate(nodes)
          model.outline(own, as: name, isFormula: true)
        }
      }
      return nil
    }
  }
}

extension Graph {
  /// How many nodes behind one are looked at for the end of a match that it is part of.
  private static let reach = 24

  /// Whether a node is part of a match of one of some patterns.
  fileprivate func isPart(_ node: NodeID, ofMatchOf patterns: [Pattern]) -> Bool {
    var reached = [node]
    var position = 0
    while position < reached.count {
      let end = reached[position]
      position += 1
      for pattern in patterns {
        let match = PatternMatch(pattern, at: end, of: self)
        if let match, match.nodes.contains(node) { return true }
      }
      for case let output? in outputs(of: end) {
        for case .node(let user, _) in uses(of: output, limit: 8)
        where reached.count < Self.reach && !reached.contains(user) {
          reached.append(user)
        }
      }
    }
    return false
  }

  /// Puts copies in the place of those among some nodes whose results others use as well, but for the
  /// last; returns the nodes that only these use, in the same order.
  fileprivate mutating func separate(_ nodes: [NodeID]) -> [NodeID] {
    var own = Set(nodes.suffix(1))
    for node in nodes.dropLast().reversed() where users(of: node).isSubset(of: own) {
      own.insert(node)
    }
    guard own.count < nodes.count else { return nodes }
    var copies: [ValueID: ValueID] = [:]
    return nodes.map { node in
      let inputs = inputs(of: node).map { input in input.map { copies[$0] ?? $0 } }
      guard !own.contains(node) else {
        setInputs(inputs, of: node)
        return node
      }
      let results = outputs(of: node).map { output in
        output.map { Result("", type: type(of: $0)) }
      }
      let copy = add(self[node], inputs: inputs, results: results, at: .after(node))
      for case (let old?, let new?) in zip(outputs(of: node), outputs(of: copy)) {
        copies[old] = new
      }
      return copy
    }
  }

  private func users(of node: NodeID) -> Set<NodeID> {
    var users: Set<NodeID> = []
    for case let output? in outputs(of: node) {
      for case .node(let user, _) in uses(of: output) { users.insert(user) }
    }
    return users
  }
}

extension Pattern {
  /// The operators that the node at the root may be of.
  fileprivate var rootOperators: [String] {
    switch self {
    case .node(let names, _, _): names
    case .shared(_, let pattern): pattern.rootOperators
    case .any(let patterns): patterns.flatMap(\.rootOperators)
    case .value, .number, .constant: []
    }
  }

  /// The operators that nodes of every match are of.
  fileprivate var neededOperators: Set<String> {
    var operators = OperatorBits()
    let needed = needed(operators: &operators)
    return operators.names(of: needed)
  }

  /// The same as bits: a pattern has thousands of parts, as those that stand in several places do.
  private func needed(operators: inout OperatorBits) -> UInt64 {
    switch self {
    case .node(let names, let inputs, _):
      var needed = names.count == 1 ? operators.bit(of: names[0]) : 0
      for input in inputs { needed |= input.needed(operators: &operators) }
      return needed
    case .shared(_, let pattern): return pattern.needed(operators: &operators)
    case .any(let patterns):
      guard !patterns.isEmpty else { return 0 }
      var needed = UInt64.max
      for pattern in patterns { needed &= pattern.needed(operators: &operators) }
      return needed
    case .value, .number, .constant: return 0
    }
  }
}

/// A bit for each of some operators.
private struct OperatorBits {
  private var names: [String] = []

  /// The bit of an operator; none for those past the 64th.
  mutating func bit(of name: String) -> UInt64 {
    if let index = names.firstIndex(of: name) { return 1 << UInt64(index) }
    guard names.count < 64 else { return 0 }
    names.append(name)
    return 1 << UInt64(names.count - 1)
  }

  func names(of bits: UInt64) -> Set<String> {
    Set(names.indices.filter { bits & 1 << UInt64($0) != 0 }.map { names[$0] })
  }
}
