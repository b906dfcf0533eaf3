import Tensors

/// Which scale belongs to which element of a tensor: one for all, for an axis or for a block.
struct QuantizationGrid {
  private enum Kind {
    case tensor
    case axis
    case block(size: Int, count: Int)
  }

  private let kind: Kind
  private let outer: Int
  private let extent: Int
  private let inner: Int

  /// Creates the grid for a tensor of a shape.
  ///
  /// - Throws: `incompatibleShapes` for scales that are not one for each part of the tensor.
  init(
    _ shape: [Int], scale: Tensor, axis: Int, blockSize: Int
  ) throws(OperatorError) {
    guard blockSize >= 0 else {
      throw OperatorError(.invalidAttribute, "block_size is \(blockSize)")
    }
    if blockSize == 0 && scale.count == 1 && scale.rank <= 1 {
      (kind, outer, extent, inner) = (.tensor, 1, 1, product(shape))
      return
    }
    // The default axis means nothing for a tensor with one axis only.
    let position = shape.count == 1 ? 0 : try normalizedAxis(axis, rank: shape.count)
    var expected = shape
    if blockSize == 0 {
      kind = .axis
      expected = shape.isEmpty ? [] : [shape[position]]
    } else {
      let extent = shape[position]
      let count = extent / blockSize + (extent % blockSize == 0 ? 0 : 1)
      kind = .block(size: min(blockSize, max(extent, 1)), count: count)
      expected[position] = count
    }
    guard scale.shape == expected else {
      throw OperatorError(
        .incompatibleShapes,
        "scales of shape \(scale.shape) do not fit a tensor of shape \(shape)",
        remedy: "with axis \(axis) and block_size \(blockSize) their shape is \(expected)")
    }
    outer = product(shape[..<position])
    extent = shape[position]
    inner = product(shape[(position + 1)...])
  }

  /// Calls `body` for each run of neighbours with its first scale and the step from scale to scale.
  @inline(__always)
  func forEachRun(_ body: (_ elements: Range<Int>, _ scale: Int, _ step: Int) -> Void) {
    switch kind {
    case .tensor: body(0..<inner, 0, 0)
    case .axis where inner == 1:
      for row in 0..<outer { body(row * extent..<(row + 1) * extent, 0, 1) }
    case .axis:
      for row in 0..<(outer * extent) { body(row * inner..<(row + 1) * inner, row % extent, 0) }
    case .block(let size, let count) where inner == 1:
      for row in 0..<outer {
        for block in 0..<count {
          let start = row * extent + block * size
          body(start..<min(start + size, (row + 1) * extent), row * count + block, 0)
        }
      }
    case .block(let size, let count):
      for row in 0..<(outer * extent) {
        let block = row / extent * count + row % extent / size
        body(row * inner..<(row + 1) * inner, block * inner, 1)
      }
    }
  }
}
