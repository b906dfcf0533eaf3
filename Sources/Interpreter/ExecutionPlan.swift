import IR
import Operators
import Tensors

/// What to execute, in order, for one graph.
final class ExecutionPlan: Sendable {
  let graph: Graph
  /// The steps of each block, by ``BlockID/index``.
  let steps: [[ExecutionStep]]
  /// How deep the graph's calls of functions lie in each other.
  let callDepth: Int

  init(graph: Graph, steps: [[ExecutionStep]]) {
    self.graph = graph
    self.steps = steps
    callDepth = steps.joined().reduce(0) { depth, step in
      guard case .call(let plan) = step.action else { return depth }
      return max(depth, plan.callDepth + 1)
    }
  }
}

/// The execution of one node.
struct ExecutionStep: Sendable {
  enum Action: Sendable {
    case evaluate(OperatorDefinition)
    case call(ExecutionPlan)
  }

  let node: NodeID
  let action: Action
  let inputs: [ValueID?]
  let outputs: [ValueID?]
  /// What is known of the types of the outputs, when the node has subgraphs.
  let outputTypes: [ValueType?]
  /// The values that nothing uses any more after this step.
  let releases: [ValueID]
  /// Whether the results are computed, not only selected or moved.
  let isRounding: Bool
  /// Whether the results are sums of products or of numbers.
  let isSum: Bool
}

/// Makes the plan of a graph and of the functions that it calls, one for all equal calls.
final class ExecutionPlanner {
  private let registry: OperatorRegistry
  private let library: FunctionLibrary
  private var calls: [FunctionCall: ExecutionPlan] = [:]
  private var budget = CallBudget()
  private var depth = 0
  private(set) var unknownOperators: [OperatorID] = []

  init(registry: OperatorRegistry, library: FunctionLibrary) {
    self.registry = registry
    self.library = library
  }

  /// - Throws: `limitExceeded` when functions call each other too deeply, or in too many ways, and what is
  ///   wrong with a derivative that the graph asks for.
  func plan(_ source: Graph) throws(OperatorError) -> ExecutionPlan {
    var graph = source
    try graph.expandGradients(using: registry, library)
    var steps = [[ExecutionStep]](repeating: [], count: graph.blockCapacity)
    for block in graph.blocks {
      let releases = Self.releases(in: block, of: graph)
      for (position, node) in graph.nodes(in: block).enumerated() {
        guard let action = try action(for: graph[node]) else { continue }
        let outputs = graph.outputs(of: node)
        let types = graph.blocks(of: node).isEmpty ? [] : outputs.map { $0.flatMap(graph.type) }
        steps[block.index].append(
          ExecutionStep(
            node: node, action: action, inputs: graph.inputs(of: node), outputs: outputs,
            outputTypes: types, releases: releases[position],
            isRounding: ExecutionStep.isRounding(
              graph[node], action: action, hasBlocks: !graph.blocks(of: node).isEmpty),
            isSum: ExecutionStep.isSum(graph[node])))
      }
    }
    return ExecutionPlan(graph: graph, steps: steps)
  }

  private func action(for node: Node) throws(OperatorError) -> ExecutionStep.Action? {
    if let call = try library.call(of: node) { return .call(try plan(call)) }
    if let definition = registry[node.operatorID] { return .evaluate(definition) }
    if !unknownOperators.contains(node.operatorID) { unknownOperators.append(node.operatorID) }
    return nil
  }

  private func plan(_ call: FunctionCall) throws(OperatorError) -> ExecutionPlan {
    depth += 1
    defer { depth -= 1 }
    try Nesting.check(depth)
    if let plan = calls[call] {
      try Nesting.check(depth + plan.callDepth)
      return plan
    }
    let body = call.body
    try budget.add(body)
    let plan = try plan(body)
    calls[call] = plan
    return plan
  }

  /// The values of `block` whose last use is in each of its nodes, subgraphs of the node included.
  private static func releases(in block: BlockID, of graph: Graph) -> [[ValueID]] {
    let nodes = Array(graph.nodes(in: block))
    var lastUse: [ValueID: Int] = [:]
    let kept = Set(graph.outputs(of: block))
    for (position, node) in nodes.enumerated() {
      for value in graph.outputs(of: node).compactMap({ $0 }) { lastUse[value] = position }
      for value in used(by: node, of: graph) where lastUse[value] != nil {
        lastUse[value] = position
      }
    }
    var releases = [[ValueID]](repeating: [], count: nodes.count)
    for (value, position) in lastUse where !kept.contains(value) {
      releases[position].append(value)
    }
    return releases
  }

  private static func used(by node: NodeID, of graph: Graph) -> [ValueID] {
    var used = graph.inputs(of: node).compactMap { $0 }
    var pending = graph.blocks(of: node)
    while let block = pending.popLast() {
      used += graph.outputs(of: block)
      for inner in graph.nodes(in: block) {
        used += graph.inputs(of: inner).compactMap { $0 }
        pending += graph.blocks(of: inner)
      }
    }
    return used
  }
}
