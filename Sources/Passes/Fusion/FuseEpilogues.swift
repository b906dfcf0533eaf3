import IR
import Operators
import Tensors

extension RewritePass {
  /// Makes one operator of a product or normalization and of what follows it element by element.
  ///
  ///     a = Conv(x, w)
  ///     b = Add(a, r)
  ///     y = Relu(b)                   →     y = ferry::ConvAddRelu(x, w, r)
  ///
  /// At most two sums or products, a bias and a residual connection, and one activation follow. A sum
  /// is joined with its activation or normalization, a MatMul with what transposes or scales its
  /// operands.
  static let fuseEpilogues = RewritePass(
    "fuse-epilogues", "Make one operator of a product and what follows it element by element",
    .exact,
    rules: [
      RewriteRule(of: Epilogue.anchors) { node, model in
        guard let epilogue = Epilogue(of: node, in: model.graph) else { return nil }
        let name = epilogue.name(in: model.graph)
        return { $0.outline(epilogue.nodes, as: name) }
      }
    ])
}

/// What follows a node element by element, each step as the only user of the one before.
private struct Epilogue {
  static let anchors = [
    "Conv", "ConvTranspose", "Gemm", "MatMul", "Einsum", "BatchNormalization",
    "InstanceNormalization", "GroupNormalization", "LayerNormalization", "Add",
  ]

  private static let arithmetic: Set<String> = ["Add", "Mul", "Sub", "Div"]

  private static let activations: Set<String> = [
    "Relu", "LeakyRelu", "Sigmoid", "Tanh", "HardSigmoid", "HardSwish", "Clip", "Elu", "Selu",
    "Celu", "Softplus", "Softsign", "Gelu", "Mish", "PRelu", "ThresholdedRelu", "Swish",
  ]

  private(set) var nodes: [NodeID]

  private static func isActivation(_ id: OperatorID) -> Bool {
    id.domain.isEmpty ? activations.contains(id.name) : FusedOperator.isActivation(id)
  }

  /// Follows the users of a node; nil when there is nothing to join.
  init?(of anchor: NodeID, in graph: Graph) {
    let isSum = graph.isStandard(anchor, "Add")
    nodes = [anchor]
    guard !graph.hasFurtherOutputs(anchor) else { return nil }
    if graph.isStandard(anchor, "MatMul") {
      for index in 0..<2 { nodes.insert(contentsOf: graph.steps(to: index, of: anchor), at: 0) }
    }
    // A sum is an anchor for what ends it alone.
    var steps = isSum ? 2 : 0
    while let last = nodes.last, let next = graph.soleUser(of: graph.output(0, of: last)),
      !graph.hasFurtherOutputs(next), graph.keepsShape(from: last, to: next)
    {
      let id = graph[next].operatorID
      if id.domain.isEmpty, Self.arithmetic.contains(id.name), steps < 2 {
        guard graph.usesOnce(graph.output(0, of: last), in: next) else { break }
        steps += 1
      } else if Self.isActivation(id) || isSum && graph.normalizes(next, last) {
        steps = 3
      } else {
        break
      }
      nodes.append(next)
      if steps == 3 { break }
    }
    guard nodes.count > 1 else { return nil }
  }

  /// The names of the operators.
  func name(in graph: Graph) -> String { nodes.map { graph[$0].operatorID.name }.joined() }
}

extension Graph {
  /// Whether a node has an output of the same shape as the one before it.
  fileprivate func keepsShape(from node: NodeID, to next: NodeID) -> Bool {
    let (before, after) = (output(0, of: node), output(0, of: next))
    if haveEqualTypes(before, after) { return true }
    // A function of one element keeps any shape; so does a sum with a constant whose extents are 1
    // or those that are there.
    guard let shape = shape(of: before) else { return inputCount(of: next) == 1 }
    return inputs(of: next).allSatisfy { input in
      guard let input, input != before else { return true }
      guard let tensor = fixedTensor(of: input), tensor.rank <= shape.rank else { return false }
      return zip(tensor.shape.reversed(), shape.dimensions.reversed()).allSatisfy {
        $0 == 1 || $0 == $1.fixedValue
      }
    }
  }

  /// What swaps the last axes of an operand of a MatMul or multiplies it with a number, in order.
  fileprivate func steps(to index: Int, of node: NodeID) -> [NodeID] {
    var steps: [NodeID] = []
    var user = node
    var operand = input(index, of: node)
    while steps.count < 2, let value = operand, let step = producer(of: value),
      soleUser(of: value) == user, swapsLastAxes(step) || multipliesWithNumber(step)
    {
      steps.insert(step, at: 0)
      user = step
      operand = input(0, of: step)
    }
    return steps
  }

  private func swapsLastAxes(_ node: NodeID) -> Bool {
    guard isStandard(node, "Transpose"), let axes = permutation(of: node), axes.count > 1 else {
      return false
    }
    let last = axes.count - 1
    return axes == Array(0..<(last - 1)) + [last, last - 1]
  }

  private func multipliesWithNumber(_ node: NodeID) -> Bool {
    guard isStandard(node, "Mul") || isStandard(node, "Div"), number(of: input(1, of: node)) != nil
    else { return false }
    return haveEqualTypes(input(0, of: node), output(0, of: node))
      || constant(1, of: node)?.rank == 0
  }

  /// Whether a node normalizes what another computes.
  fileprivate func normalizes(_ node: NodeID, _ other: NodeID) -> Bool {
    let id = self[node].operatorID
    return (id.domain.isEmpty || id.domain == FusedOperator.domain)
      && ["LayerNormalization", "RMSNormalization", "Softmax"].contains(id.stem)
      && input(0, of: node) == output(0, of: other)
      && usesOnce(output(0, of: other), in: node)
  }

  /// Whether exactly one input of a node is a value.
  fileprivate func usesOnce(_ value: ValueID?, in node: NodeID) -> Bool {
    inputs(of: node).count(where: { $0 == value }) == 1
  }
}
