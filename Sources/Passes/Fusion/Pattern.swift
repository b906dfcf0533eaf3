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

  /// Matches a pattern with the value that `root` computes first; nil unless all nodes lie in one
  /// block.
  init?(_ pattern: Pattern, at root: NodeID, of graph: Graph) {
    guard let output = graph.output(0, of: root), !graph.hasFurtherOutputs(root),
      matches(pattern, output, in: graph)
    else { return nil }
    guard nodes.allSatisfy({ graph.block(of: $0) == graph.block(of: root) }) else { return nil }
  }

  /// The nodes of the same block beside those of the match that use what these but the last compute;
  /// nil where anything else does, or too many do.
  func otherUsers(in graph: Graph) -> Set<NodeID>? {
    var users: Set<NodeID> = []
    for node in nodes.dropLast() {
      for case let output? in graph.outputs(of: node) {
        let uses = graph.uses(of: output, limit: 16)
        guard !uses.isEmpty || !graph.hasUses(output) else { return nil }
        for use in uses {
          guard case .node(let user, _) = use, graph.block(of: user) == graph.block(of: node)
          else { return nil }
          users.insert(user)
        }
      }
    }
    return users.subtracting(nodes)
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
