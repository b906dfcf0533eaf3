import IR
import Tensors

extension RewritePass {
  /// Moves a scale by channel into the weights behind it.
  ///
  ///     a = Mul(x, c)
  ///     y = Gemm(a, w, b)             →     y = Gemm(x, w', b)
  ///
  /// The weights are computed in 64 bits. Only where nothing else uses the scaled data or the weights.
  /// A shift stays: what it takes away may be most of the data, and so of its digits.
  static let foldInputScales = RewritePass(
    "fold-input-scales", "Move scales by channel into the weights behind them", .reassociating,
    rules: [
      RewriteRule(of: "Conv", "Gemm", "MatMul") { node, model in
        let graph = model.graph
        guard let input = graph.input(0, of: node), let producer = graph.producer(of: input),
          graph.isStandard(producer, "Mul") || graph.isStandard(producer, "Div"),
          graph.soleUser(of: input) == node, graph.hasOwnWeights(node),
          graph.hasInputChannels(node), let weights = ChannelWeights(of: node, in: graph),
          let map = ChannelMap(of: producer, alongLastAxis: weights.isMatrixProduct, in: graph)?
            .repeated(toCount: weights.inputCount),
          // A scale may have repeated the data.
          graph.haveEqualTypes(map.input, input)
        else { return nil }
        return { model in
          model.graph.replaceConstant(1, of: node, with: weights.taking(map))
          model.graph.setInput(0, of: node, to: map.input)
          model.graph.removeUnused(producer, leavingLineageTo: node)
        }
      }
    ])
}

extension Graph {
  /// Whether the weights have an axis of their own for each input channel.
  fileprivate func hasInputChannels(_ product: NodeID) -> Bool {
    let attributes = self[product].attributes
    return attributes["group"] ?? .int(1) == .int(1)
      && attributes["transA"] ?? .int(0) == .int(0)
  }
}
