import IR
import Tensors

/// Channels that may be removed, with what they count and what they cost.
struct ChannelLayers {
  /// The class of each element of each axis; nil for what stays.
  let classes: [ChannelAxis: [Int?]]
  let classCount: Int
  /// All axes with channels, in the order in which they were found.
  let axes: [ChannelAxis]
  /// Those of constants.
  let parameterAxes: [ChannelAxis]
  /// The nodes whose ties were followed.
  let nodes: Set<NodeID>
  /// The uses of weights whose input channels may go, and those whose output channels may.
  let consumers: [WeightUse]
  let producers: [WeightUse]

  /// Collects what may go from a graph, except the output channels of `kept` nodes.
  init(of graph: Graph, keeping isKept: (NodeID) -> Bool) {
    let uses = graph.nodesInExecutionOrder().flatMap { WeightUse.all(of: $0, in: graph) }
    var trace = ChannelTrace(graph, from: uses)
    for use in uses where isKept(use.node) { trace.keep(use.outputs) }
    let found = trace.classes()
    (classes, classCount) = (found.ofAxes, found.count)
    nodes = trace.nodes
    axes = trace.axes
    parameterAxes = trace.axes.filter { graph.isConstant($0.value) }
    consumers = uses.filter { found.ofAxes[$0.inputs] != nil }
    producers = uses.filter { found.ofAxes[$0.outputs] != nil }
  }

  /// The classes by the layers that compute them: those of one element list are computed by the
  /// same weights, and lie along the same axes.
  var layers: [[Int]] {
    var signatures = [[Int]](repeating: [], count: classCount)
    let produced = Set(producers.map(\.outputs))
    for (index, axis) in parameterAxes.enumerated() where produced.contains(axis) {
      for element in Set((classes[axis] ?? []).compactMap { $0 }) {
        signatures[element].append(index)
      }
    }
    var places: [[Int]: Int] = [:]
    var layers: [[Int]] = []
    for (element, signature) in signatures.enumerated() where !signature.isEmpty {
      let place = places[signature] ?? layers.count
      places[signature] = place
      if place == layers.count { layers.append([]) }
      layers[place].append(element)
    }
    return layers
  }
}

extension WeightUse {
  /// The axis of the weights with the input channels.
  var inputs: ChannelAxis { ChannelAxis(weights, inputAxis) }

  /// The axis of the weights with the output channels.
  var outputs: ChannelAxis { ChannelAxis(weights, outputAxis) }
}
