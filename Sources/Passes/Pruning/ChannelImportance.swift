import IR
import Tensors

/// What is lost with each class of channels.
///
/// A channel counts by the part of the next layers' results that comes from it: the squares of the
/// weights that it is multiplied with times its own mean square, or its variance where its mean goes
/// to the bias. Without calibration data the squares of the weights that compute it take the place
/// of these.
struct ChannelImportance {
  private(set) var classes: [Double]

  init(
    of layers: ChannelLayers, in graph: Graph, _ statistics: [ChannelAxis: ChannelStatistics]?,
    compensates: Bool
  ) {
    classes = [Double](repeating: 0, count: layers.classCount)
    let energies = Self.energies(of: layers, in: graph)
    for use in layers.consumers {
      guard let elements = layers.classes[use.inputs] else { continue }
      let weights = graph.squares(of: use.weights, along: use.inputAxis)
      let (lost, whole): ([Double], [Double])
      if let statistics {
        guard let channels = use.data.flatMap({ statistics[$0] }),
          channels.means.count == elements.count
        else { continue }
        let squares = channels.meanSquares
        (lost, whole) =
          compensates && use.result != nil && graph.hasBias(use.node, graph.outputCount(of: use))
          ? (channels.variances, squares) : (squares, squares)
      } else {
        let squares = elements.map { $0.map { energies[$0] } ?? 0 }
        (lost, whole) = (squares, squares)
      }
      let sum = zip(weights, whole).reduce(0) { $0 + $1.0 * $1.1 }
      guard weights.count == elements.count, sum > 0, sum.isFinite else { continue }
      for (index, element) in elements.enumerated() {
        if let element { classes[element] += weights[index] * lost[index] / sum }
      }
    }
  }

  /// The squares of the weights and biases that compute the channels of each class.
  private static func energies(of layers: ChannelLayers, in graph: Graph) -> [Double] {
    var energies = [Double](repeating: 0, count: layers.classCount)
    var axes = layers.producers.map(\.outputs)
    axes += layers.producers.compactMap { use in
      graph.input(2, of: use.node).flatMap { bias in
        graph.shape(of: bias)?.rank == 1 && use.input == 1 ? ChannelAxis(bias, 0) : nil
      }
    }
    for axis in axes where graph.isConstant(axis.value) {
      guard let elements = layers.classes[axis] else { continue }
      for (element, square) in zip(elements, graph.squares(of: axis.value, along: axis.axis)) {
        if let element { energies[element] += square }
      }
    }
    return energies
  }
}

extension Graph {
  /// The number of output channels that weights are for.
  func outputCount(of use: WeightUse) -> Int {
    fixedTensor(of: use.weights)?.shape[use.outputAxis] ?? 0
  }

  /// The sum of the squares of a constant's numbers at each position of an axis.
  fileprivate func squares(of value: ValueID, along axis: Int) -> [Double] {
    guard let tensor = fixedTensor(of: value), axis < tensor.rank,
      tensor.elementType.isFloatingPoint
    else { return [] }
    var statistics = ChannelStatistics()
    statistics.add(tensor, axis)
    let count = Double(tensor.count / max(1, tensor.shape[axis]))
    return statistics.meanSquares.map { $0 * count }
  }
}
