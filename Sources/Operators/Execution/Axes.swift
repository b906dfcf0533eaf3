import Tensors

/// Returns an axis counted from the front.
///
/// - Throws: `invalidAttribute` when a tensor of `rank` has no such axis.
func normalizedAxis(_ axis: Int, rank: Int) throws(OperatorError) -> Int {
  let normalized = axis < 0 ? axis + rank : axis
  guard (0..<rank).contains(normalized) else {
    throw OperatorError(
      .invalidAttribute, "axis \(axis) is out of range for a tensor of rank \(rank)",
      remedy: "use an axis from \(-rank) to \(rank - 1)")
  }
  return normalized
}

/// Returns axes counted from the front, each at most once.
func normalizedAxes(_ axes: [Int], rank: Int) throws(OperatorError) -> [Int] {
  var normalized: [Int] = []
  for axis in axes {
    let position = try normalizedAxis(axis, rank: rank)
    guard !normalized.contains(position) else {
      throw OperatorError(.invalidAttribute, "axis \(axis) is given twice in \(axes)")
    }
    normalized.append(position)
  }
  return normalized
}

/// Returns the distance between neighbours along each axis of a row-major tensor.
func rowMajorStrides(of shape: [Int]) -> [Int] {
  var strides = [Int](repeating: 1, count: shape.count)
  for axis in shape.indices.dropLast().reversed() {
    strides[axis] = strides[axis + 1] * shape[axis + 1]
  }
  return strides
}

/// Returns the product of extents.
func product(_ extents: some Sequence<Int>) -> Int { extents.reduce(1, *) }

/// Returns the extents of a shape that was computed from those of tensors.
///
/// - Throws: `limitExceeded` when one of them is too large for a number.
func extents(of shape: Shape) throws(OperatorError) -> [Int] {
  guard let extents = shape.extents else {
    throw OperatorError(.limitExceeded, "the sizes of \(shape) are too large")
  }
  return extents
}

/// The place of one axis among the others: what lies before it and what one step moves.
struct AxisLayout {
  /// The number of rows before the axis.
  let rows: Int
  /// The extent of the axis.
  let extent: Int
  /// The number of elements of one step along the axis.
  let width: Int

  /// Creates the layout of `axis` in a row-major tensor.
  init(_ axis: Int, of shape: [Int]) {
    rows = product(shape[..<axis])
    extent = shape[axis]
    width = product(shape[(axis + 1)...])
  }
}
