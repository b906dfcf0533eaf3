import IR
import Tensors

/// Constant weights that a node multiplies its data with, and what their axes stand for.
///
/// Each output channel is a sum over input channels and, in a convolution, over kernel positions.
/// Axes that are none of these, such as the directions of an LSTM, hold more output channels.
struct WeightUse {
  let node: NodeID
  /// Which input of the node the weights are.
  let input: Int
  let weights: ValueID
  /// The axis of the weights with the output channels.
  let outputAxis: Int
  /// The axis of the weights with the input channels, in a convolution those of one group.
  let inputAxis: Int
  /// The axes of the weights with the kernel positions; none unless the node is a convolution.
  let kernelAxes: Range<Int>
  let groups: Int
  /// The channels of the data; nil when they are none of the graph's values.
  let data: ChannelAxis?
  /// The channels of the result; nil when they are more than sums over all weights and a bias.
  let result: ChannelAxis?
}

extension WeightUse {
  /// Returns the weights of a node: of a Conv, ConvTranspose, Gemm or MatMul those that are its
  /// second input, of an LSTM, GRU or RNN those for the data and for the state.
  static func all(of node: NodeID, in graph: Graph) -> [WeightUse] {
    guard graph[node].operatorID.domain.isEmpty, let weights = graph.weights(1, of: node),
      let rank = graph.constant(of: weights)?.rank
    else { return [] }
    let attributes = graph[node].attributes
    let data = graph.input(0, of: node)
    let dataRank = graph.shape(of: data)?.rank
    /// The weights with `axes` of outputs and inputs, for data and a result with channels at `axis`.
    func use(
      _ axes: (output: Int, input: Int), kernel: Range<Int> = 0..<0, groups: Int = 1, at axis: Int?,
      isSum: Bool = true
    ) -> [WeightUse] {
      guard axes.output < rank, axes.input < rank, axes.output >= 0, axes.input >= 0, groups > 0,
        let shape = graph.constant(of: weights)?.shape,
        shape[0] % groups == 0
      else { return [] }
      return [
        WeightUse(
          node: node, input: 1, weights: weights, outputAxis: axes.output, inputAxis: axes.input,
          kernelAxes: kernel, groups: groups, data: axis.flatMap { graph.channels(data, $0) },
          result: isSum ? axis.flatMap { graph.channels(graph.output(0, of: node), $0) } : nil)
      ]
    }
    switch graph[node].operatorID.name {
    case "Conv":
      return use((0, 1), kernel: 2..<max(2, rank), groups: attributes.count("group"), at: 1)
    case "ConvTranspose":
      // Each element of the result is a sum over some kernel positions only.
      return use(
        (1, 0), kernel: 2..<max(2, rank), groups: attributes.count("group"), at: 1, isSum: false)
    case "Gemm":
      guard attributes["transA"] ?? .int(0) == .int(0) else { return [] }
      return use(attributes["transB"] ?? .int(0) == .int(0) ? (1, 0) : (0, 1), at: 1)
    case "MatMul":
      return use((rank - 1, rank - 2), at: dataRank.flatMap { $0 > 1 ? $0 - 1 : nil })
    case "LSTM", "GRU", "RNN":
      return recurrent(node, in: graph)
    default: return []
    }
  }

  private static func recurrent(_ node: NodeID, in graph: Graph) -> [WeightUse] {
    [1, 2].compactMap { input in
      guard let weights = graph.weights(input, of: node),
        graph.constant(of: weights)?.rank == 3
      else { return nil }
      return WeightUse(
        node: node, input: input, weights: weights, outputAxis: 1, inputAxis: 2,
        kernelAxes: 0..<0, groups: 1,
        data: input == 1 ? graph.channels(graph.input(0, of: node), 2) : nil, result: nil)
    }
  }
}

extension Graph {
  /// The weights at input `index` of a node, when they are a dense constant of floating-point
  /// numbers that are not below 8 bits.
  fileprivate func weights(_ index: Int, of node: NodeID) -> ValueID? {
    guard let value = input(index, of: node), let tensor = fixedTensor(of: value),
      tensor.encoding == .dense, tensor.elementType.isFloatingPoint,
      !tensor.elementType.isPacked, tensor.count > 0
    else { return nil }
    return value
  }

  /// The channels of a value along an axis; nil when its rank is not known to reach so far.
  fileprivate func channels(_ value: ValueID?, _ axis: Int) -> ChannelAxis? {
    guard let value, let rank = shape(of: value)?.rank, axis < rank else { return nil }
    return ChannelAxis(value, axis)
  }
}

extension Attributes {
  /// The integer attribute `name`, 1 where it is left out.
  func count(_ name: String) -> Int {
    guard case .int(let count)? = self[name] else { return 1 }
    return Int(count)
  }
}
