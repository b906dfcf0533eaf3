import IR
import Tensors

/// A product of integers with what makes floats of it, and what made integers of its data.
///
///     q, s, z = DynamicQuantizeLinear(x)
///     a = Cast(MatMulInteger(q, w, z))
///     y = Add(Mul(a, Mul(s, sw)), b)     →     y = ferry::DynamicQuantizeMatMulAdd(x, w, sw, b)
///
/// Data that several products take quantized stays apart: they are `MatMulIntegerAdd` then.
struct DynamicQuantizedProduct {
  /// The nodes, each after those whose results it uses.
  let nodes: [NodeID]
  private(set) var name: String

  static let rule = RewriteRule(of: "MatMulInteger", "ConvInteger") { node, model in
    guard let product = DynamicQuantizedProduct(node, of: model.graph) else { return nil }
    return { $0.outline(product.nodes, as: product.name) }
  }

  /// Looks around a product; nil where its result is not made floating-point by a Cast and a scale.
  private init?(_ product: NodeID, of graph: Graph) {
    guard let cast = graph.next(after: product, named: "Cast"),
      graph.elementType(of: graph.output(0, of: cast))?.isFloatingPoint ?? false,
      let scaled = graph.next(after: cast, named: "Mul")
    else { return nil }
    var chain = [product, cast, scaled]
    if let sum = graph.next(after: scaled, named: "Add") { chain.append(sum) }
    if let last = chain.last, let activation = graph.soleUser(of: graph.output(0, of: last)),
      graph.isStandard(activation, "Relu")
        || FusedOperator.isActivation(graph[activation].operatorID)
    {
      chain.append(activation)
    }
    var region = NodeRegion(chain, of: graph)
    region.grow(in: graph) { graph.isDynamicQuantization($0) || graph.scalesScale($0) }
    guard let last = chain.last, region.isClosed(but: last, in: graph) else { return nil }
    nodes = graph.inOrderOfDependence(region.nodes)
    let isWhole = nodes.contains(where: graph.isDynamicQuantization)
    let operation = graph[product].operatorID.name
    name = isWhole ? "DynamicQuantize" + operation.prefix { $0 != "I" } : operation
    for node in chain.dropFirst(3) { name += graph[node].operatorID.stem }
  }
}

extension Graph {
  /// The only user of what a node computes, when it is of an operator.
  fileprivate func next(after node: NodeID, named name: String) -> NodeID? {
    guard let user = soleUser(of: output(0, of: node)), isStandard(user, name) else { return nil }
    return user
  }

  fileprivate func isDynamicQuantization(_ node: NodeID) -> Bool {
    isStandard(node, "DynamicQuantizeLinear")
  }

  /// Whether a node multiplies the scale that quantization found with that of weights.
  fileprivate func scalesScale(_ node: NodeID) -> Bool {
    isStandard(node, "Mul")
      && inputs(of: node).contains {
        $0.flatMap(producer).map { isDynamicQuantization($0) } ?? false
      }
  }
}
