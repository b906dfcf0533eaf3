import CONNX
import FormatSupport
import Tensors

extension TensorImporter {
  /// Returns a sparse tensor: its nonzero elements and where they belong.
  ///
  /// - Throws: ``FormatError`` unless the indices ascend, lie in the shape and match the values.
  func sparseTensor(
    _ pointer: UnsafePointer<Onnx__SparseTensorProto>
  ) throws(FormatError) -> Tensor {
    let message = pointer.pointee
    guard let valuesMessage = message.values, let indicesMessage = message.indices else {
      let missing = message.values == nil ? "values" : "indices"
      throw FormatError(.invalid, "the sparse tensor has no \(missing)")
        .advising("store both, even if they are empty")
    }
    let values = try part("values") { () throws(FormatError) in try tensor(valuesMessage) }
    let indices = try part("indices") { () throws(FormatError) in try tensor(indicesMessage) }
    let extents = UnsafeBufferPointer(values: message.dims, count: message.n_dims).map { Int($0) }
    let layout = try TensorLayout(values.elementType, shape: extents)
    guard values.rank == 1 else {
      throw FormatError(
        .invalid, "the values have shape \(values.shape.shortDescription)", path: ["values"]
      )
      .advising("they form one axis")
    }
    try SparseIndices(indices, count: values.count, layout).check()
    let sparse = Tensor(
      values.elementType, shape: extents, encoding: .coordinates(indices: indices),
      storage: values.storage, range: values.range)
    guard let sparse else {
      throw FormatError(.invalid, "values and indices of \(layout) do not match")
    }
    return sparse
  }

  private func part(
    _ name: String, _ read: () throws(FormatError) -> Tensor
  ) throws(FormatError) -> Tensor {
    do throws(FormatError) { return try read() } catch { throw error.inside(name) }
  }
}

/// The indices of a sparse tensor: positions in row-major order, or one row of coordinates each.
private struct SparseIndices {
  private let tensor: Tensor
  private let count: Int
  private let layout: TensorLayout

  init(_ tensor: Tensor, count: Int, _ layout: TensorLayout) {
    self.tensor = tensor
    self.count = count
    self.layout = layout
  }

  func check() throws(FormatError) {
    let shape = tensor.shape
    guard tensor.elementType == .int64, tensor.encoding == .dense,
      shape == [count] || shape == [count, layout.shape.count]
    else {
      throw FormatError(
        .invalid, "the indices are \(tensor.elementType)\(shape.shortDescription)",
        path: ["indices"]
      ).advising("they are int64[\(count)] or int64[\(count), \(layout.shape.count)]")
    }
    let indices = tensor.scalars(of: Int64.self)
    let isLinear = shape.count == 1
    let extents = isLinear ? [layout.count] : layout.shape
    guard let row = firstUnsoundRow(indices, extents) else { return }
    throw FormatError(
      .invalid, "index \(row) lies outside \(layout) or does not ascend", path: ["indices"]
    ).advising("sort the indices and drop repeated ones")
  }

  /// Returns the first row that lies outside `extents` or is not above the one before.
  private func firstUnsoundRow(_ indices: [Int64], _ extents: [Int]) -> Int? {
    let width = extents.count
    return (0..<count).first { row in
      let start = row * width
      let isInside = (0..<width).allSatisfy { axis in
        (0..<Int64(extents[axis])).contains(indices[start + axis])
      }
      guard isInside, row > 0 else { return !isInside }
      let previous = indices[(start - width)..<start]
      return !previous.lexicographicallyPrecedes(indices[start..<(start + width)])
    }
  }
}
