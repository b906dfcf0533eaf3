import IR
import Tensors

extension RewritePass {
  /// Moves a normalization, a scale or a shift by channel into the weights before it.
  ///
  ///     a = Conv(x, w)
  ///     y = BatchNormalization(a, scale, bias, mean, variance)    →    y = Conv(x, w', b')
  ///
  ///     a = Mul(x, c)
  ///     y = Gemm(a, w, b)                                         →    y = Gemm(x, w', b)
  ///
  /// The weights are computed in 64 bits. Only where nothing else uses what lies between or weights
  /// that change, the statistics are constants and their variances positive.
  static let foldScales = RewritePass(
    "fold-scales",
    "Move normalizations, scales and shifts by channel into the weights before them",
    .reassociating,
    rules: [
      RewriteRule(of: "BatchNormalization", "Mul", "Add", "Sub", "Div") { node, model in
        let graph = model.graph
        guard let input = graph.input(0, of: node), let product = graph.producer(of: input),
          graph.soleUser(of: input) == node, !graph.hasFurtherOutputs(product),
          let weights = ChannelWeights(of: product, in: graph),
          let map = ChannelMap(of: node, alongLastAxis: weights.isMatrixProduct, in: graph)?
            .repeated(toCount: weights.count),
          map.keepsScale || graph.hasOwnWeights(product),
          // With a bias it becomes a Gemm.
          !weights.isMatrixProduct || map.keepsZero || graph.shape(of: input)?.rank == 2
        else { return nil }
        return {
          $0.graph.replaceWeights(of: product, with: weights.applying(map), insteadOf: node)
        }
      }
    ])
}

extension Graph {
  /// Whether nothing but a product uses its weights.
  func hasOwnWeights(_ product: NodeID) -> Bool {
    input(1, of: product).flatMap(singleUse) != nil
  }

  /// Gives a product new weights and a bias, and lets it stand for the node behind it as well.
  fileprivate mutating func replaceWeights(
    of product: NodeID, with new: (weights: Tensor?, bias: Tensor), insteadOf node: NodeID
  ) {
    if let weights = new.weights { replaceConstant(1, of: product, with: weights) }
    if input(2, of: product) != nil || !new.bias.isFilled(with: 0) {
      replaceConstant(2, of: product, with: new.bias)
      if isStandard(product, "MatMul") {
        update(product) { $0.operatorID = .newest("Gemm") }
      }
    }
    if let output = output(0, of: product) {
      // It is the node's result now, and takes its name: names say what means the same in two models.
      setName("", of: output)
      replace(node, with: output)
    }
  }
}
