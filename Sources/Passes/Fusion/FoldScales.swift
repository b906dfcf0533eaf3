import IR
import Tensors

extension RewritePass {
  /// Moves a normalization, a scale or a shift by channel into the weights next to it.
  ///
  ///     a = Conv(x, w)
  ///     y = BatchNormalization(a, scale, bias, mean, variance)    →    y = Conv(x, w', b')
  ///
  ///     a = Mul(x, c)
  ///     y = Gemm(a, w, b)                                         →    y = Gemm(x, w', b)
  ///
  /// The weights are computed in 64 bits. Only where nothing else uses what lies between or weights
  /// that change, the statistics are constants and their variances positive. A shift does not go into
  /// the weights behind it: what it takes away may be most of the data, and so of its digits.
  static let foldScales = RewritePass(
    "fold-scales",
    "Move normalizations, scales and shifts by channel into the weights next to them",
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
      },
      RewriteRule(of: "Conv", "Gemm", "MatMul") { node, model in
        let graph = model.graph
        guard let input = graph.input(0, of: node), let producer = graph.producer(of: input),
          graph.soleUser(of: input) == node, graph.hasOwnWeights(node),
          graph.hasInputChannels(node), let weights = ChannelWeights(of: node, in: graph),
          let map = ChannelMap(of: producer, alongLastAxis: weights.isMatrixProduct, in: graph)?
            .repeated(toCount: weights.inputCount),
          map.keepsZero
        else { return nil }
        return { model in
          model.graph.replaceConstant(1, of: node, with: weights.taking(map))
          model.graph.setInput(0, of: node, to: map.input)
          model.graph.removeUnused(producer, leavingLineageTo: node)
        }
      },
    ])
}

extension Graph {
  /// Whether nothing but a product uses its weights.
  fileprivate func hasOwnWeights(_ product: NodeID) -> Bool {
    input(1, of: product).flatMap(singleUse) != nil
  }

  /// Whether the weights have an axis of their own for each input channel.
  fileprivate func hasInputChannels(_ product: NodeID) -> Bool {
    let attributes = self[product].attributes
    return attributes["group"] ?? .int(1) == .int(1)
      && attributes["transA"] ?? .int(0) == .int(0)
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
