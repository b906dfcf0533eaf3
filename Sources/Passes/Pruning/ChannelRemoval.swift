import IR
import Tensors

extension Graph {
  /// Removes the chosen classes of channels from all constants, types and nodes that have them.
  mutating func remove(_ isRemoved: [Bool], of layers: ChannelLayers) {
    for axis in layers.axes {
      guard let kept = layers.kept(isRemoved, of: axis) else { continue }
      if isConstant(axis.value) {
        guard let tensor = constant(of: axis.value) else { continue }
        setConstant(tensor.keeping(kept, along: axis.axis), of: axis.value)
      } else if var shape = shape(of: axis.value) {
        shape[axis.axis] = .fixed(kept.count)
        setType(.tensor(elementType(of: axis.value), shape), of: axis.value)
      }
    }
    for node in layers.nodes {
      if isStandard(node, "Conv") { updateGroups(of: node) }
      if isStandard(node, "Reshape") { updateTarget(of: node) }
    }
  }

  /// A convolution by channel has as many groups as channels.
  private mutating func updateGroups(of node: NodeID) {
    guard self[node].attributes.count("group") > 1,
      let channels = shape(of: input(0, of: node))?.dimensions[1].fixedValue
    else { return }
    update(node) { $0.attributes["group"] = .int(Int64(channels)) }
  }

  private mutating func updateTarget(of node: NodeID) {
    guard let former = integers(1, of: node), let shape = shape(of: output(0, of: node)),
      shape.rank == former.count
    else { return }
    let target = zip(former, shape.dimensions).map { $0 == -1 ? $0 : $1.fixedValue ?? $0 }
    guard target != former else { return }
    replaceConstant(
      1, of: node, with: Tensor(shape: [target.count], scalars: target.map(Int64.init)))
  }

  /// What the chosen classes give the results of each node that uses them on average: for each of
  /// its output channels that are left.
  func lostMeans(
    _ isRemoved: [Bool], of layers: ChannelLayers,
    _ statistics: [ChannelAxis: ChannelStatistics]
  ) -> [(node: NodeID, shifts: [Double])] {
    layers.consumers.compactMap { use in
      guard use.result != nil, let elements = layers.classes[use.inputs],
        let means = use.data.flatMap({ statistics[$0]?.means }), means.count == elements.count,
        let tensor = fixedTensor(of: use.weights)
      else { return nil }
      let isLost = elements.map { $0.map { isRemoved[$0] } ?? false }
      guard isLost.contains(true) else { return nil }
      let matrix = WeightMatrix(use, shape: tensor.shape)
      let shifts = tensor.converted(to: .float32).withScalars(of: Float.self) {
        matrix.meanResults(of: $0, means) {
          isLost[matrix.inputChannel(row: $0, column: $1)]
        }
      }
      let kept = layers.kept(isRemoved, of: use.outputs) ?? Array(shifts.indices)
      return (use.node, kept.map { shifts[$0] })
    }
  }
}

extension ChannelLayers {
  /// The elements of an axis that are left; nil when all are.
  fileprivate func kept(_ isRemoved: [Bool], of axis: ChannelAxis) -> [Int]? {
    guard let elements = classes[axis] else { return nil }
    let kept = elements.indices.filter { index in !(elements[index].map { isRemoved[$0] } ?? false)
    }
    return kept.count < elements.count ? kept : nil
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
