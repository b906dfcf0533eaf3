import IR

extension RewritePass {
  /// Makes one operator of what happens between quantized values.
  ///
  ///     a = DequantizeLinear(x, sx, zx)
  ///     b = DequantizeLinear(w, sw)
  ///     c = Relu(Conv(a, b, bias))
  ///     y = QuantizeLinear(c, sy, zy)      →     y = ferry::QuantizedConvRelu(x, sx, zx, w, …)
  ///
  /// A value that several operators take dequantized is dequantized in each of them. So with products
  /// of integers whose data is quantized when the model runs, see ``DynamicQuantizedProduct``.
  static let fuseQuantized = RewritePass(
    "fuse-quantized", "Make one operator of what happens between quantized values", .exact,
    rules: [
      RewriteRule(of: QuantizedUnit.anchors, needing: ["DequantizeLinear"]) { node, model in
        guard let unit = QuantizedUnit(around: node, of: model.graph) else { return nil }
        let (nodes, name, shared) = (unit.nodes, unit.name, unit.shared)
        return { model in
          var nodes = nodes
          for share in shared {
            nodes.insert(model.graph.copy(share.producer, for: share.user, at: share.index), at: 0)
          }
          model.outline(nodes, as: name)
        }
      },
      DynamicQuantizedProduct.rule,
    ])
}

/// An operator whose data was quantized, with what follows it until it is quantized again.
private struct QuantizedUnit {
  static let anchors = products.sorted() + others.sorted()

  /// These take part without a QuantizeLinear behind them: their integer form gives floats too.
  private static let products: Set<String> = ["Conv", "ConvTranspose", "Gemm", "MatMul"]

  private static let others: Set<String> =
    activations.union(pools).union(arithmetic).union([
      "Concat", "LayerNormalization", "Resize", "Softmax", "Where",
    ])

  private static let activations: Set<String> = [
    "Clip", "Elu", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "PRelu", "Relu", "Sigmoid",
    "Softplus", "Swish", "Tanh",
  ]

  private static let pools: Set<String> = [
    "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "MaxPool", "ReduceMean",
  ]

  private static let arithmetic: Set<String> = [
    "Add", "Div", "Max", "Mean", "Min", "Mul", "Sub", "Sum",
  ]

  private(set) var name = "Quantized"
  /// The nodes but for the shared ones, each after those whose results it uses.
  private(set) var nodes: [NodeID] = []
  /// The DequantizeLinear nodes that others use as well, and where the unit does.
  private(set) var shared: [(producer: NodeID, user: NodeID, index: Int)] = []

  private var inside: Set<NodeID> = []

  /// Looks for the unit of a node; nil where its data was not quantized.
  init?(around anchor: NodeID, of graph: Graph) {
    guard !graph.hasFurtherOutputs(anchor) else { return nil }
    let chain = Self.chain(from: anchor, in: graph)
    guard !chain.isEmpty else { return nil }
    inside = Set(chain)
    var pending = chain
    var isQuantized = false
    while let node = pending.popLast() {
      for (index, input) in graph.inputs(of: node).enumerated() {
        guard let input, !graph.isConstant(input) else { continue }
        guard let producer = graph.producer(of: input) else { return nil }
        guard !inside.contains(producer) else { continue }
        guard graph.block(of: producer) == graph.block(of: anchor),
          !graph.hasFurtherOutputs(producer)
        else { return nil }
        let isSole = graph.soleUser(of: input) == node
        if graph.isStandard(producer, "DequantizeLinear") {
          isQuantized = true
          guard isSole else {
            shared.append((producer, node, index))
            continue
          }
        } else {
          guard isSole, Self.movesElements(producer, in: graph) else { return nil }
          pending.append(producer)
        }
        inside.insert(producer)
      }
    }
    guard isQuantized else { return nil }
    nodes = graph.inOrderOfDependence(
      chain.reversed() + inside.filter { !chain.contains($0) }.sorted { $0.index < $1.index })
    for node in chain where !graph.isView(node) && !graph.isQuantization(node) {
      name += graph[node].operatorID.stem
    }
  }

  /// A node and what follows it up to a QuantizeLinear, each the only user of the one before; empty
  /// where the node needs one and there is none.
  private static func chain(from anchor: NodeID, in graph: Graph) -> [NodeID] {
    var chain = [anchor]
    var floating = 1
    while chain.count < 8, let last = chain.last,
      let next = graph.soleUser(of: graph.output(0, of: last)), !graph.hasFurtherOutputs(next)
    {
      let isData = graph.input(0, of: next) == graph.output(0, of: last)
      if graph.isStandard(next, "QuantizeLinear") { return isData ? chain + [next] : [] }
      guard follows(next, isData: isData, in: graph) else { break }
      chain.append(next)
      let name = graph[next].operatorID.name
      if floating == chain.count - 1, activations.contains(name) || arithmetic.contains(name) {
        floating += 1
      }
    }
    return products.contains(graph[anchor].operatorID.name) ? Array(chain.prefix(floating)) : []
  }

  private static func follows(_ node: NodeID, isData: Bool, in graph: Graph) -> Bool {
    let id = graph[node].operatorID
    if id.domain == FusedOperator.domain {
      return activations.contains(id.stem)
    }
    guard id.domain.isEmpty else { return false }
    return arithmetic.contains(id.name)
      || isData && (activations.contains(id.name) || pools.contains(id.name))
      || isData && (graph.isView(node) || id.name == "Transpose")
  }

  private static func movesElements(_ node: NodeID, in graph: Graph) -> Bool {
    graph.isView(node) || graph.isStandard(node, "Transpose") || graph.isStandard(node, "MaxPool")
  }
}

extension Graph {
  /// Adds a copy of a node for one of the users of its only result.
  fileprivate mutating func copy(_ node: NodeID, for user: NodeID, at index: Int) -> NodeID {
    let type = output(0, of: node).flatMap { self.type(of: $0) }
    let copy = add(
      self[node], inputs: inputs(of: node), results: [Graph.Result("", type: type)],
      at: .after(node))
    setInput(index, of: user, to: output(0, of: copy))
    return copy
  }
}
