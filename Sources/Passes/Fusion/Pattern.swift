import IR
import Tensors

/// The form of a computation: a tree of operators whose leaves are values.
///
/// Operands of commutative operators match in either order. A pattern that stands in several
/// places under one name stands for one value.
indirect enum Pattern: Sendable {
  /// Any value; the same wherever the name is.
  case value(String)
  /// A constant of one number, equal up to the rounding of its type; nil takes any.
  case number(Double?)
  /// A constant.
  case constant
  /// The result of a node of one of some operators.
  case node([String], [Pattern], Condition?)
  /// A node whose result is named: the same wherever the name is.
  case shared(String, Pattern)
  /// The first of some forms that matches.
  case any([Pattern])

  /// What else must hold of a node.
  typealias Condition = @Sendable (NodeID, Graph) -> Bool

  /// The result of a node of the operator `name` with these inputs; further inputs are of no
  /// interest.
  static func op(
    _ name: String, _ inputs: Pattern..., where condition: Condition? = nil
  ) -> Pattern {
    .node([name], inputs, condition)
  }

  /// The result of a node of one of some operators with these inputs.
  static func op(
    _ names: [String], _ inputs: Pattern..., where condition: Condition? = nil
  ) -> Pattern {
    .node(names, inputs, condition)
  }

  /// The square of a value.
  static func square(_ value: Pattern) -> Pattern {
    .any([.op("Pow", value, .number(2)), .op("Mul", value, value)])
  }
}

/// Where a pattern was found.
struct PatternMatch {
  /// The values that the names of the pattern stand for.
  private(set) var values: [String: ValueID] = [:]
  /// The nodes of the pattern, each after those whose results it uses.
  private(set) var nodes: [NodeID] = []

  /// Matches a pattern with the value that `root` computes first.
  ///
  /// Nil unless all nodes lie in one block and nothing else uses what those but the root compute.
  init?(_ pattern: Pattern, at root: NodeID, of graph: Graph) {
    guard let output = graph.output(0, of: root), !graph.hasFurtherOutputs(root),
      matches(pattern, output, in: graph)
    else { return nil }
    let inside = Set(nodes)
    for node in nodes where node != root {
      guard graph.block(of: node) == graph.block(of: root) else { return nil }
      for case let output? in graph.outputs(of: node) {
        let uses = graph.uses(of: output, limit: 8)
        guard !uses.isEmpty || !graph.hasUses(output) else { return nil }
        for use in uses {
          guard case .node(let user, _) = use, inside.contains(user) else { return nil }
        }
      }
    }
  }

  private mutating func matches(_ pattern: Pattern, _ value: ValueID, in graph: Graph) -> Bool {
    switch pattern {
    case .value(let name):
      return bind(name, value)
    case .constant:
      return graph.isConstant(value)
    case .number(let expected):
      guard let number = graph.number(of: value) else { return false }
      return expected.map { abs(number - $0) <= 1e-3 * abs($0) } ?? true
    case .shared(let name, let pattern):
      if let bound = values[name] { return bound == value }
      let before = self
      guard matches(pattern, value, in: graph), bind(name, value) else {
        self = before
        return false
      }
      return true
    case .any(let patterns):
      for pattern in patterns {
        let before = self
        if matches(pattern, value, in: graph) { return true }
        self = before
      }
      return false
    case .node(let names, let inputs, let condition):
      guard let node = graph.producer(of: value), graph.output(0, of: node) == value,
        graph[node].operatorID.domain.isEmpty, names.contains(graph[node].operatorID.name),
        condition.map({ $0(node, graph) }) ?? true
      else { return false }
      return matches(inputs, node, in: graph)
    }
  }

  private mutating func matches(_ patterns: [Pattern], _ node: NodeID, in graph: Graph) -> Bool {
    let inputs = graph.inputs(of: node)
    guard inputs.count >= patterns.count else { return false }
    let before = self
    if matches(patterns, inputs, in: graph) {
      if !nodes.contains(node) { nodes.append(node) }
      return true
    }
    self = before
    guard patterns.count == 2, ["Add", "Mul"].contains(graph[node].operatorID.name) else {
      return false
    }
    if matches(patterns, inputs.reversed(), in: graph) {
      if !nodes.contains(node) { nodes.append(node) }
      return true
    }
    self = before
    return false
  }

  private mutating func matches(
    _ patterns: [Pattern], _ values: [ValueID?], in graph: Graph
  ) -> Bool {
    for (pattern, value) in zip(patterns, values) {
      guard let value, matches(pattern, value, in: graph) else { return false }
    }
    return true
  }

  private mutating func bind(_ name: String, _ value: ValueID) -> Bool {
    if let bound = values[name] { return bound == value }
    values[name] = value
    return true
  }
}

extension RewriteRule {
  /// A rule that makes a fused operator of what matches one of some patterns.
  static func fusing(_ name: String, _ patterns: Pattern...) -> RewriteRule {
    let roots = Array(Set(patterns.flatMap(\.rootOperators))).sorted()
    let needed = patterns.map(\.neededOperators).reduce(nil) { $0?.intersection($1) ?? $1 }
    return RewriteRule(of: roots, needing: needed ?? []) { node, model in
      for pattern in patterns {
        guard let match = PatternMatch(pattern, at: node, of: model.graph) else { continue }
        let nodes = match.nodes
        return { $0.outline(nodes, as: name, isFormula: true) }
      }
      return nil
    }
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
    switch self {
    case .node(let names, let inputs, _):
      inputs.reduce(names.count == 1 ? Set(names) : []) { $0.union($1.neededOperators) }
    case .shared(_, let pattern): pattern.neededOperators
    case .any(let patterns):
      patterns.map(\.neededOperators).reduce(nil) { $0?.intersection($1) ?? $1 } ?? []
    case .value, .number, .constant: []
    }
  }
}
