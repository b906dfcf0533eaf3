import IR
import Tensors

/// The constant weights of a product, with what its channels have of them.
struct ChannelWeights {
  private let weights: Tensor
  private let bias: [Double]?
  /// The axes of the weights along which the output and the input have their channels.
  private let axis: Int
  private let inputAxis: Int
  /// Whether channels of the output are the last axis, and no bias can be added.
  let isMatrixProduct: Bool

  /// The number of output channels.
  var count: Int { weights.shape[axis] }

  /// The number of input channels.
  var inputCount: Int { weights.shape[inputAxis] }

  /// Describes the weights of a Conv, ConvTranspose, Gemm or MatMul; nil when they are not constant.
  ///
  /// Convolutions in groups have no input channels of their own.
  init?(of node: NodeID, in graph: Graph) {
    guard graph[node].operatorID.domain.isEmpty, let weights = graph.constant(1, of: node),
      weights.elementType == .float32, weights.encoding == .dense,
      let axes = graph.channelAxes(of: node), weights.rank > max(axes.output, axes.input)
    else { return nil }
    var bias: [Double]?
    if graph.input(2, of: node) != nil {
      guard let numbers = graph.numbers(2, of: node), numbers.count == weights.shape[axes.output],
        graph.constant(2, of: node)?.isAlong(1, ofRank: 2) ?? false
      else { return nil }
      bias = numbers
    }
    isMatrixProduct = graph.isStandard(node, "MatMul")
    guard !isMatrixProduct || weights.rank == 2 else { return nil }
    self.weights = weights
    self.bias = bias
    axis = axes.output
    inputAxis = axes.input
  }

  /// Returns the weights and the bias that give what `map` makes of the product; no weights where
  /// they stay as they are.
  func applying(_ map: ChannelMap) -> (weights: Tensor?, bias: Tensor) {
    let shifts = (0..<count).map { (bias?[$0] ?? 0) * map.scale[$0] + map.shift[$0] }
    let weights = map.keepsScale ? nil : scaled(by: map, along: axis)
    return (weights, Tensor(shape: [count], scalars: shifts.map { Float($0) }))
  }

  /// Returns the weights that make of data what they make now of what `map` scales it to.
  func taking(_ map: ChannelMap) -> Tensor { scaled(by: map, along: inputAxis) }

  private func scaled(by map: ChannelMap, along axis: Int) -> Tensor {
    let inner = weights.shape.dropFirst(axis + 1).reduce(1, *)
    let count = weights.shape[axis]
    return weights.aligned().withScalars(of: Float.self) { source in
      Tensor(Float.elementType, shape: weights.shape) { target in
        let result = target.bindMemory(to: Float.self)
        for index in source.indices {
          result[index] = Float(Double(source[index]) * map.scale[index / inner % count])
        }
      }
    }
  }
}

extension Graph {
  /// The axes of a product's weights along which output and input have their channels.
  fileprivate func channelAxes(of node: NodeID) -> (output: Int, input: Int)? {
    let attributes = self[node].attributes
    switch self[node].operatorID.name {
    case "Conv": return (0, 1)
    case "ConvTranspose":
      return attributes["group"] ?? .int(1) == .int(1) ? (1, 0) : nil
    case "Gemm":
      guard attributes["alpha"] ?? .float(1) == .float(1),
        attributes["beta"] ?? .float(1) == .float(1)
      else { return nil }
      return attributes["transB"] ?? .int(0) == .int(0) ? (1, 0) : (0, 1)
    case "MatMul": return (1, 0)
    default: return nil
    }
  }
}
