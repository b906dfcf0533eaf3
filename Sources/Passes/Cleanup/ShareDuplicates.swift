public import IR
import Operators
import Tensors

/// Lets equal constants and equal computations be one.
///
///     a = Sin(x)
///     b = Sin(x)                          a = Sin(x)
///     y = Add(a, b)                 →     y = Add(a, a)
///
/// Constants are compared bit by bit. What draws random numbers is left alone, so are nodes with
/// subgraphs and operators that Ferry does not know.
public struct ShareDuplicates: Pass {
  public let name = "share-duplicates"
  public let summary = "Let equal constants and equal computations be one"
  public let contract = NumericalContract.exact

  public init() {}

  public func run(on model: inout Model) -> Int {
    let scopes = BlockScopes(model.graph)
    return Self.shareConstants(of: &model.graph, scopes)
      + Self.shareComputations(of: &model.graph, scopes)
  }

  private static func shareConstants(of graph: inout Graph, _ scopes: BlockScopes) -> Int {
    var found: [Tensor: ValueID] = [:]
    var changes = 0
    for value in graph.values {
      guard graph.isConstant(value), let tensor = graph.constant(of: value) else { continue }
      guard let former = found[tensor],
        scopes.isVisible(graph.block(of: former), from: graph.block(of: value))
      else {
        found[tensor] = value
        continue
      }
      graph.replaceUses(of: value, with: former)
      graph.removeConstant(value)
      changes += 1
    }
    return changes
  }

  private static func shareComputations(of graph: inout Graph, _ scopes: BlockScopes) -> Int {
    var found: [Computation: NodeID] = [:]
    var changes = 0
    let nodes = graph.nodesInExecutionOrder(where: \.isDeterministic)
    found.reserveCapacity(nodes.count)
    for node in nodes {
      guard graph.blocks(of: node).isEmpty, !graph.mayDropOut(node) else { continue }
      let computation = Computation(node, of: graph)
      guard let former = found[computation], graph.contains(former),
        scopes.isVisible(graph.block(of: former), from: graph.block(of: node))
      else {
        found[computation] = node
        continue
      }
      for (old, new) in zip(graph.outputs(of: node), graph.outputs(of: former)) {
        if let old, let new { graph.replaceUses(of: old, with: new) }
      }
      graph.remove(node, leavingLineageTo: former)
      changes += 1
    }
    return changes
  }
}

/// What a node computes: two nodes are equal when their results are.
private struct Computation: Hashable {
  private let operatorIndex: Int
  private let attributes: Attributes
  private let inputs: [ValueID?]
  private let outputs: [Bool]

  init(_ node: NodeID, of graph: Graph) {
    operatorIndex = graph.operatorIndex(of: node)
    attributes = graph[node].attributes
    inputs = graph.inputs(of: node)
    outputs = graph.outputs(of: node).map { $0 != nil }
  }

  /// Hashes what tells nearly all nodes apart.
  func hash(into hasher: inout Hasher) {
    hasher.combine(operatorIndex)
    for input in inputs { hasher.combine(input?.index ?? -1) }
  }
}

/// Which blocks lie in which.
struct BlockScopes {
  private var parents: [Int: BlockID] = [:]

  init(_ graph: Graph) {
    guard graph.blockCapacity > 1 else { return }
    for node in graph.nodesInExecutionOrder() {
      for inner in graph.blocks(of: node) { parents[inner.index] = graph.block(of: node) }
    }
  }

  /// Whether the values of `block` can be used in `inner`.
  func isVisible(_ block: BlockID, from inner: BlockID) -> Bool {
    var current: BlockID? = inner
    while let here = current {
      if here == block { return true }
      current = parents[here.index]
    }
    return false
  }
}
