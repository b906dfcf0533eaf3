import IR
import Tensors

/// The constant weights of a product, with what its channels have of them.
struct ChannelWeights {
  private let weights: Tensor
  private let bias: [Double]?
  /// The axes of the weights along which the output and the input have their channels.
  private let axis: Int
  private let inputAxis: Int
  /// How many parts of the input axis have output channels of their own, as a ConvTranspose has.
  private let groups: Int
  /// Whether channels of the output are the last axis, and no bias can be added.
  let isMatrixProduct: Bool

  /// The number of output channels.
  var count: Int { weights.shape[axis] * groups }

  /// The number of input channels.
  var inputCount: Int { weights.shape[inputAxis] }

  /// Describes the weights of a Conv, ConvTranspose, Gemm or MatMul; nil when they are not constant.
  ///
  /// Convolutions in groups have no input channels of their own.
  init?(of node: NodeID, in graph: Graph) {
    guard graph[node].operatorID.domain.isEmpty, let weights = graph.constant(1, of: node),
      weights.elementType == .float32, weights.encoding == .dense,
      let axes = graph.channelAxes(of: node), weights.rank > max(axes.output, axes.input),
      let groups = graph.channelGroups(of: node, of: weights.shape[axes.input])
    else { return nil }
    var bias: [Double]?
    if graph.input(2, of: node) != nil {
      guard let numbers = graph.numbers(2, of: node),
        numbers.count == weights.shape[axes.output] * groups,
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
    self.groups = groups
  }

  /// Returns the weights and the bias that give what `map` makes of the product; no weights where
  /// they stay as they are.
  func applying(_ map: ChannelMap) -> (weights: Tensor?, bias: Tensor) {
    let shifts = (0..<count).map { (bias?[$0] ?? 0) * map.scale[$0] + map.shift[$0] }
    let weights = map.keepsScale ? nil : scaled(by: map, along: axis, inGroups: groups)
    return (weights, Tensor(shape: [count], scalars: shifts.map { Float($0) }))
  }

  /// Returns the weights that make of data what they make now of what `map` scales it to.
  func taking(_ map: ChannelMap) -> Tensor { scaled(by: map, along: inputAxis, inGroups: 1) }

  private func scaled(by map: ChannelMap, along axis: Int, inGroups groups: Int) -> Tensor {
    let inner = weights.shape.dropFirst(axis + 1).reduce(1, *)
    let count = weights.shape[axis]
    // Groups divide the first axis, whose channels have further ones of the output each.
    let group = max(1, weights.count / groups)
    return weights.aligned().withScalars(of: Float.self) { source in
      Tensor(Float.elementType, shape: weights.shape) { target in
        let result = target.bindMemory(to: Float.self)
        for index in source.indices {
          let channel = index / group * count + index / inner % count
          result[index] = Float(Double(source[index]) * map.scale[channel])
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
    case "ConvTranspose": return (1, 0)
    case "Gemm":
      guard attributes["alpha"] ?? .float(1) == .float(1),
        attributes["beta"] ?? .float(1) == .float(1)
      else { return nil }
      return attributes["transB"] ?? .int(0) == .int(0) ? (1, 0) : (0, 1)
    case "MatMul": return (1, 0)
    default: return nil
    }
  }

  /// The groups in which a ConvTranspose divides its input channels; one for other products.
  fileprivate func channelGroups(of node: NodeID, of count: Int) -> Int? {
    guard isStandard(node, "ConvTranspose"), case .int(let value)? = self[node].attributes["group"]
    else { return 1 }
    guard let groups = Int(exactly: value), groups > 0, count.isMultiple(of: groups) else {
      return nil
    }
    return groups
  }
}
