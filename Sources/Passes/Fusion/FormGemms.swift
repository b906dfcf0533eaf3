import IR
import Tensors

extension RewritePass {
  /// Makes a Gemm of a product with constant weights and of what is added to it.
  ///
  ///     a = MatMul(x, w)
  ///     y = Add(a, b)                 →     y = Gemm(x, w, b)
  ///
  /// Only for matrices of 32 or 64 bits, where the sum is rounded in both forms alike. Products of two
  /// values that vary are left to the fusion of attention.
  static let formGemms = RewritePass(
    "form-gemms", "Make a Gemm of a product of matrices and a sum", .exact,
    rules: [
      RewriteRule(of: "Add") { node, model in
        let graph = model.graph
        for index in 0..<2 {
          let value = graph.input(index, of: node)
          guard let product = graph.productWithoutSum(of: value), graph.soleUser(of: value) == node,
            let addend = graph.input(1 - index, of: node), addend != value,
            graph.haveEqualTypes(value, graph.output(0, of: node)),
            graph.isStretched(addend, to: value)
          else { continue }
          return { $0.graph.add(addend, to: product, insteadOf: node) }
        }
        return nil
      }
    ])
}

extension Graph {
  /// The Gemm or MatMul of a matrix and constant weights that computes a value and adds nothing.
  fileprivate func productWithoutSum(of value: ValueID?) -> NodeID? {
    guard let product = producer(of: value, named: "MatMul") ?? producer(of: value, named: "Gemm"),
      input(2, of: product) == nil, constant(1, of: product)?.rank == 2,
      shape(of: input(0, of: product))?.rank == 2,
      let type = elementType(of: value), [.float32, .float64].contains(type)
    else { return nil }
    return product
  }

  /// Whether the elements of a tensor are repeated along axes of another, and it keeps its shape.
  fileprivate func isStretched(_ tensor: ValueID, to other: ValueID?) -> Bool {
    guard let shape = shape(of: tensor), let target = self.shape(of: other),
      shape.rank <= target.rank
    else { return false }
    return zip(shape.dimensions.reversed(), target.dimensions.reversed()).allSatisfy {
      $0.fixedValue == 1 || $0 == $1 && $0 != .unknown
    }
  }

  /// Lets a product add what the node behind it does.
  fileprivate mutating func add(
    _ addend: ValueID, to product: NodeID, insteadOf node: NodeID
  ) {
    // What is added may be computed after the product.
    move(product, to: .before(node))
    update(product) { node in
      node.operatorID = .newest("Gemm")
      // It was without effect.
      node.attributes["beta"] = nil
    }
    setInputs(inputs(of: product).prefix(2) + [addend], of: product)
    guard let sum = output(0, of: product) else { return }
    setName("", of: sum)
    replace(node, with: sum)
  }
}
