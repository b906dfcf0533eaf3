import IR
import Operators
import Tensors

/// Finds the inputs of a graph whose numbers are places along an axis, or counts of such, and what
/// bounds them.
///
/// An input is followed through views, parts and conversions to the operators that look things up
/// by it. Where the extent of their axis is not known before execution, only the first place is
/// sure to exist.
struct IndexInference {
  let graph: Graph
  let sizes: DimensionSizes

  /// Returns the numbers that every use of an input allows; nil where none uses it as an index.
  func range(of input: ValueID) -> InputRange? {
    var range: InputRange?
    graph.forEachUse(ofElementsOf: input) { node, index in
      guard let bound = bound(of: index, node) else { return }
      range = range?.narrowed(to: bound) ?? bound
    }
    return range
  }

  /// What an operator of ONNX allows of one of its inputs; nil where that is no index.
  private func bound(of input: Int, _ node: NodeID) -> InputRange? {
    let id = graph[node].operatorID
    guard id.domain.isEmpty else { return boundElsewhere(of: input, node, id) }
    switch (id.name, input) {
    case ("Gather", 1), ("GatherElements", 1), ("ScatterElements", 1):
      return places(of: 0, node, axis: attribute("axis", node) ?? 0)
    case ("GatherND", 1): return places(of: node, skipping: attribute("batch_dims", node) ?? 0)
    case ("ScatterND", 1): return places(of: node, skipping: 0)
    case ("OneHot", 0):
      let depth = graph.soleNumber(of: graph.input(1, of: node))
      return depth.map { InputRange(placesOf: Int(Int64(nearest: $0))) }
    case ("TopK", 1): return counts(of: 0, node, axis: attribute("axis", node) ?? -1)
    case ("ReverseSequence", 1):
      return counts(of: 0, node, axis: attribute("time_axis", node) ?? 0)
    case ("RNN", 4), ("GRU", 4), ("LSTM", 4):
      return counts(of: 0, node, axis: attribute("layout", node) ?? 0)
    // Few steps show what many do.
    case ("Loop", 0): return InputRange(placesOf: 4)
    case ("RotaryEmbedding", 3): return places(of: 1, node, axis: 0)
    case ("NegativeLogLikelihoodLoss", 1), ("SoftmaxCrossEntropyLoss", 1):
      return places(of: 0, node, axis: 1)
    default: return nil
    }
  }

  private func boundElsewhere(of input: Int, _ node: NodeID, _ id: OperatorID) -> InputRange? {
    switch (id.domain, id.name, input) {
    case ("ai.onnx.ml", "ArrayFeatureExtractor", 1): places(of: 0, node, axis: -1)
    case ("com.microsoft", "EmbedLayerNormalization", 0): places(of: 2, node, axis: 0)
    case ("com.microsoft", "EmbedLayerNormalization", 1): places(of: 4, node, axis: 0)
    case ("com.microsoft", "EmbedLayerNormalization", 8): places(of: 3, node, axis: 0)
    case ("com.microsoft", "GatherBlockQuantized", 1):
      places(of: 0, node, axis: attribute("gather_axis", node) ?? 0)
    case ("com.microsoft", "RotaryEmbedding", 1): places(of: 2, node, axis: 0)
    default: nil
    }
  }

  // MARK: - Extents

  private func places(of data: Int, _ node: NodeID, axis: Int) -> InputRange {
    InputRange(placesOf: extent(of: data, node, axis: axis) ?? 1)
  }

  private func counts(of data: Int, _ node: NodeID, axis: Int) -> InputRange {
    InputRange(countsTo: extent(of: data, node, axis: axis) ?? 1)
  }

  /// The places that all parts of an index of several axes have.
  private func places(of node: NodeID, skipping first: Int) -> InputRange {
    let width = graph.input(1, of: node).flatMap { graph.type(of: $0)?.shape?.dimensions.last }
    guard let count = width.flatMap(sizes.extent), (1...64).contains(count),
      (0...64).contains(first)
    else { return InputRange(placesOf: 1) }
    let extents = (0..<count).map { extent(of: 0, node, axis: first + $0) ?? 1 }
    return InputRange(placesOf: extents.min() ?? 1)
  }

  private func extent(of data: Int, _ node: NodeID, axis: Int) -> Int? {
    guard let value = graph.input(data, of: node) else { return nil }
    let dimensions =
      graph.constant(of: value).map { Shape($0.shape).dimensions }
      ?? graph.type(of: value)?.shape?.dimensions
    guard let dimensions else { return nil }
    let place = axis < 0 ? axis + dimensions.count : axis
    return dimensions.indices.contains(place) ? sizes.extent(of: dimensions[place]) : nil
  }

  private func attribute(_ name: String, _ node: NodeID) -> Int? {
    graph[node].attributes[name].flatMap { Int($0) }
  }
}
