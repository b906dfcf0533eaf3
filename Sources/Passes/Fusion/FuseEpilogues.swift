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
  /// At most two sums or products, a bias and a residual connection, and one activation follow.
  static let fuseEpilogues = RewritePass(
    "fuse-epilogues", "Make one operator of a product and what follows it element by element",
    .exact,
    rules: [
      RewriteRule(of: Epilogue.anchors) { node, model in
        guard let epilogue = Epilogue(of: node, in: model.graph) else { return nil }
        return { $0.outline(epilogue.nodes, as: epilogue.name) }
      }
    ])
}

/// What follows a node element by element, each step as the only user of the one before.
private struct Epilogue {
  static let anchors = [
    "Conv", "ConvTranspose", "Gemm", "MatMul", "BatchNormalization", "InstanceNormalization",
    "GroupNormalization", "LayerNormalization", "Add",
  ]

  private static let activations: Set<String> = [
    "Relu", "LeakyRelu", "Sigmoid", "Tanh", "HardSigmoid", "HardSwish", "Clip", "Elu", "Selu",
    "Celu", "Softplus", "Softsign", "Gelu", "Mish", "PRelu", "ThresholdedRelu", "Swish",
  ]

  private(set) var nodes: [NodeID]
  private(set) var name: String

  private static func isActivation(_ id: OperatorID) -> Bool {
    id.domain.isEmpty ? activations.contains(id.name) : FusedOperator.isActivation(id)
  }

  /// Follows the users of a node; nil when there is nothing to join.
  init?(of anchor: NodeID, in graph: Graph) {
    nodes = [anchor]
    name = graph[anchor].operatorID.name
    guard !graph.hasFurtherOutputs(anchor) else { return nil }
    // A sum is an anchor for its activation alone.
    var sums = name == "Add" ? 2 : 0
    while let last = nodes.last, let next = graph.soleUser(of: graph.output(0, of: last)),
      !graph.hasFurtherOutputs(next), graph.keepsShape(from: last, to: next)
    {
      let id = graph[next].operatorID
      if id.domain.isEmpty, ["Add", "Mul", "Sub"].contains(id.name), sums < 2 {
        guard graph.usesOnce(graph.output(0, of: last), in: next) else { break }
        sums += 1
      } else if Self.isActivation(id) {
        sums = 3
      } else {
        break
      }
      nodes.append(next)
      name += id.name
      if sums == 3 { break }
    }
    guard nodes.count > 1 else { return nil }
  }
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

  /// Whether exactly one input of a node is a value.
  fileprivate func usesOnce(_ value: ValueID?, in node: NodeID) -> Bool {
    inputs(of: node).count(where: { $0 == value }) == 1
  }
}
