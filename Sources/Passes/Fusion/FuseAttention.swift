import IR
import Tensors

extension RewritePass {
  /// Makes one operator of scaled dot-product attention and its heads.
  ///
  ///     s = MatMul(q, Transpose(k))
  ///     w = Softmax(Add(Mul(s, 0.125), mask))
  ///     y = MatMul(w, v)                          →     y = ferry::Attention(q, k, mask, v)
  ///
  /// Scaling on either side, masks, what makes them as large as the scores, guards against rows
  /// without any number and the changes of shape that split and merge heads belong to it (Vaswani
  /// and others 2017).
  static let fuseAttention = RewritePass(
    "fuse-attention", "Make one operator of scaled dot-product attention and its heads", .exact,
    rules: [
      RewriteRule(of: Attention.products) { node, model in
        guard let attention = Attention(endingIn: node, of: model.graph) else { return nil }
        let (nodes, name) = (attention.nodes, attention.name)
        return { $0.outline(nodes, as: name, isFormula: true) }
      }
    ])
}

/// A softmax between two products, with what only moves or scales elements around it.
private struct Attention {
  static let products = ["MatMul", "Einsum"]

  private(set) var name = "Attention"
  /// The nodes, each after those whose results it uses.
  private(set) var nodes: [NodeID]

  /// Looks for the attention whose second product is `product`; nil when it is another product, or
  /// when something else uses what happens inside.
  init?(endingIn product: NodeID, of graph: Graph) {
    guard let core = Self.core(endingIn: product, of: graph) else { return nil }
    var region = NodeRegion(core, of: graph)
    // A mask may be made of the extents of the scores.
    region.enclose(in: graph, but: product) {
      graph.isDeterministic($0) && graph.blocks(of: $0).isEmpty
    }
    region.grow(in: graph) { graph.movesElements($0) || graph.isStandard($0, "IsNaN") }
    guard region.isClosed(but: product, in: graph) else { return nil }
    var last = product
    while let next = graph.soleUser(of: graph.output(0, of: last)),
      graph.isView(next) || graph.isStandard(next, "Transpose")
    {
      region.insert(next)
      last = next
    }
    if graph.isStandard(last, "Reshape"), region.nodes.contains(where: graph.splitsHeads) {
      name = "MultiHeadAttention"
    }
    nodes = graph.inOrderOfDependence(region.nodes)
  }

  /// The two products, the softmax and what lies on the way between them.
  private static func core(endingIn product: NodeID, of graph: Graph) -> [NodeID]? {
    for case let weights? in graph.inputs(of: product) {
      guard
        let after = graph.path(to: weights, from: { graph.isSoftmax($0) }),
        let softmax = after.last,
        let scores = graph.input(0, of: softmax),
        let before = graph.path(
          to: scores,
          from: { node in
            products.contains { graph.isStandard(node, $0) }
              && graph.inputs(of: node).allSatisfy { $0.map { !graph.isWeightMatrix($0) } ?? false }
          })
      else { continue }
      return [product] + after + before
    }
    return nil
  }
}

extension Graph {
  /// What may lie between the softmax and a product, with the operands that may lead on.
  private static let steps: [String: [Int]] = [
    "Cast": [0], "Reshape": [0], "Squeeze": [0], "Unsqueeze": [0], "Transpose": [0], "Mul": [0, 1],
    "Div": [0], "Add": [0, 1], "Sub": [0], "Where": [1, 2], "Tanh": [0], "Clip": [0],
    "Max": [0, 1],
  ]

  /// The nodes from one that `isStart` accepts, which comes last, to the one that computes `value`.
  fileprivate func path(to value: ValueID, from isStart: (NodeID) -> Bool) -> [NodeID]? {
    var former: [NodeID: NodeID] = [:]
    var pending = producer(of: value).map { [$0] } ?? []
    var steps = 0
    while let node = pending.popLast() {
      if isStart(node) {
        var path = [node]
        while let next = path.last.flatMap({ former[$0] }) { path.append(next) }
        return path.reversed()
      }
      steps += 1
      let id = self[node].operatorID
      guard steps < 24, id.domain.isEmpty, let operands = Self.steps[id.name] else { continue }
      for operand in operands.reversed() {
        guard let input = input(operand, of: node), let producer = producer(of: input),
          former[producer] == nil
        else { continue }
        former[producer] = node
        pending.append(producer)
      }
    }
    return nil
  }

  /// Whether an operand is a constant matrix, as the weights of a layer are: queries that are learnt
  /// have their heads on an axis of its own.
  fileprivate func isWeightMatrix(_ operand: ValueID) -> Bool {
    isConstant(operand) && shape(of: operand)?.rank ?? 0 < 3
  }

  fileprivate func isSoftmax(_ node: NodeID) -> Bool {
    let id = self[node].operatorID
    return ["", FusedOperator.domain].contains(id.domain)
      && id.stem == "Softmax"
  }

  /// Whether a node only moves elements, or all get the same factor or the shift of their head.
  fileprivate func movesElements(_ node: NodeID) -> Bool {
    if isView(node) || isStandard(node, "Transpose") { return true }
    let id = self[node].operatorID
    guard id.domain.isEmpty else { return false }
    switch id.name {
    case "Split", "Expand": return true
    case "Gather":
      return integers(1, of: node) != nil && input(0, of: node).map(isConstant) == false
    case "Slice": return integers(1, of: node) != nil
    case "Mul", "Div": return number(of: input(1, of: node)) != nil
    case "Add":
      guard input(1, of: node).map(isConstant) ?? false,
        let view = producer(of: input(0, of: node), named: "Reshape")
      else { return false }
      return soleUser(of: output(0, of: view)) == node
    default: return false
    }
  }

  /// Whether a node is a change of shape by which an axis becomes two.
  fileprivate func splitsHeads(_ node: NodeID) -> Bool {
    guard isStandard(node, "Reshape"), let target = integers(1, of: node) ?? targetCount(of: node)
    else { return false }
    return target.count >= 4
  }

  private func targetCount(of reshape: NodeID) -> [Int]? {
    shape(of: output(0, of: reshape)).map { [Int](repeating: 0, count: $0.rank) }
  }
}
