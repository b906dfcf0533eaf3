import IR
import Tensors

/// Channels that were chosen to go.
struct ChannelRemoval {
  let layers: ChannelLayers
  /// Whether a class goes.
  let isRemoved: [Bool]

  init(_ isRemoved: [Bool], of layers: ChannelLayers) {
    self.isRemoved = isRemoved
    self.layers = layers
  }

  /// The uses of weights whose data lose channels.
  var affected: [WeightUse] { layers.consumers.filter { kept(of: $0.inputs) != nil } }

  /// Removes the channels from all constants, types and nodes that have them.
  func apply(to graph: inout Graph) {
    for axis in layers.axes {
      guard let kept = kept(of: axis) else { continue }
      if graph.isConstant(axis.value) {
        guard let tensor = graph.constant(of: axis.value) else { continue }
        graph.setConstant(tensor.keeping(kept, along: axis.axis), of: axis.value)
      } else if var shape = graph.shape(of: axis.value) {
        shape[axis.axis] = .fixed(kept.count)
        graph.setType(.tensor(graph.elementType(of: axis.value), shape), of: axis.value)
      }
    }
    for node in layers.nodes {
      if graph.isStandard(node, "Conv") { graph.updateGroups(of: node) }
      if graph.isStandard(node, "Reshape") { graph.updateTarget(of: node) }
    }
  }

  /// The elements of a list, one for each position of an axis, that are left.
  func kept(_ list: [Double], along axis: ChannelAxis) -> [Double] {
    kept(of: axis)?.map { list[$0] } ?? list
  }

  /// The positions of an axis that are left; nil when all are.
  private func kept(of axis: ChannelAxis) -> [Int]? {
    guard let elements = layers.classes[axis] else { return nil }
    let kept = elements.indices.filter { !isLost(elements[$0]) }
    return kept.count < elements.count ? kept : nil
  }

  private func isLost(_ element: Int?) -> Bool { element.map { isRemoved[$0] } ?? false }

  /// Returns what the channels give the results of a node on average, for each of its output
  /// channels that are left; nil where that is not known.
  func lostMeans(
    of use: WeightUse, in graph: Graph, _ statistics: [ChannelAxis: ChannelStatistics]
  ) -> [Double]? {
    guard use.result != nil, let isLost = layers.classes[use.inputs]?.map(isLost),
      let means = use.data.flatMap({ statistics[$0]?.means }), means.count == isLost.count,
      let tensor = graph.fixedTensor(of: use.weights)
    else { return nil }
    let matrix = WeightMatrix(use, shape: tensor.shape)
    let shifts = tensor.converted(to: .float32).withScalars(of: Float.self) {
      matrix.meanResults(of: $0, means) { isLost[matrix.inputChannel(row: $0, column: $1)] }
    }
    return kept(shifts, along: use.outputs)
  }

  /// Returns weights of a node that make up for the channels; nil where that is not possible.
  func refit(of use: WeightUse, in graph: Graph, _ moments: PatchMoments) -> WeightRefit? {
    guard let isLost = layers.classes[use.inputs]?.map(isLost),
      let tensor = graph.fixedTensor(of: use.weights)
    else { return nil }
    let matrix = WeightMatrix(use, shape: tensor.shape)
    return WeightRefit(
      of: tensor, matrix, moments,
      hasBias: graph.hasBias(use.node, matrix.outputChannelCount),
      isRemoved: { isLost[matrix.inputChannel(row: $0, column: $1)] })
  }
}

extension Graph {
  /// A convolution by channel has as many groups as channels.
  fileprivate mutating func updateGroups(of node: NodeID) {
    guard self[node].attributes.count("group") > 1,
      let channels = shape(of: input(0, of: node))?.dimensions[1].fixedValue
    else { return }
    update(node) { $0.attributes["group"] = .int(Int64(channels)) }
  }

  fileprivate mutating func updateTarget(of node: NodeID) {
    guard let former = integers(1, of: node), let shape = shape(of: output(0, of: node)),
      shape.rank == former.count
    else { return }
    let target = zip(former, shape.dimensions).map { $0 == -1 ? $0 : $1.fixedValue ?? $0 }
    guard target != former else { return }
    replaceConstant(
      1, of: node, with: Tensor(shape: [target.count], scalars: target.map(Int64.init)))
  }
}

extension Tensor {
  /// Returns the elements at some positions of an axis.
  ///
  /// - Precondition: the tensor is dense, and its elements take whole bytes.
  func keeping(_ positions: [Int], along axis: Int) -> Tensor {
    let size = elementType.bitWidth / 8 * shape.dropFirst(axis + 1).reduce(1, *)
    var result = shape
    result[axis] = positions.count
    return Tensor(elementType, shape: result) { target in
      var place = 0
      for outer in 0..<shape.prefix(axis).reduce(1, *) {
        for position in positions {
          let start = (outer * shape[axis] + position) * size
          let part = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + size)])
          UnsafeMutableRawBufferPointer(rebasing: target[place..<(place + size)])
            .copyMemory(from: part)
          place += size
        }
      }
    }
  }
}
