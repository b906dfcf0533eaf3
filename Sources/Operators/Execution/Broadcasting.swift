import Tensors

/// Returns the shape that all shapes broadcast to (ONNX's multidirectional broadcasting).
///
/// - Throws: `incompatibleShapes` that names both shapes.
func broadcastShape(of shapes: [[Int]]) throws(OperatorError) -> [Int] {
  var result: [Int] = []
  for shape in shapes {
    var wide = shape.count > result.count ? shape : result
    let narrow = shape.count > result.count ? result : shape
    let offset = wide.count - narrow.count
    for (axis, extent) in narrow.enumerated() where extent != wide[axis + offset] {
      guard extent == 1 || wide[axis + offset] == 1 else {
        throw OperatorError(
          .incompatibleShapes, "shapes \(result) and \(shape) do not broadcast",
          remedy: "extents must be equal or 1, counted from the last axis")
      }
      if wide[axis + offset] == 1 { wide[axis + offset] = extent }
    }
    result = wide
  }
  return result
}

/// Returns the shape that all shapes broadcast to, as far as it is known.
func broadcastShape(of shapes: [Shape]) throws(OperatorError) -> Shape {
  let rank = shapes.map(\.rank).max() ?? 0
  var dimensions: [Dimension] = []
  for axis in 0..<rank {
    let column = shapes.compactMap { shape -> Dimension? in
      let position = axis - (rank - shape.rank)
      return position >= 0 ? shape[position] : nil
    }
    dimensions.append(try broadcastDimension(of: column))
  }
  return Shape(dimensions)
}

private func broadcastDimension(of column: [Dimension]) throws(OperatorError) -> Dimension {
  var result: Dimension = .fixed(1)
  for dimension in column where dimension != .fixed(1) && dimension != result {
    switch (result, dimension) {
    case (.fixed(1), _): result = dimension
    case (.fixed(let left), .fixed(let right)):
      throw OperatorError(.incompatibleShapes, "extents \(left) and \(right) do not broadcast")
    // A size that is not known may be 1; then the one that is known and not 1 decides.
    case (.fixed, _): break
    case (_, .fixed): result = dimension
    default: result = .unknown
    }
  }
  return result
}

/// The walk over the elements of a result together with those of broadcast operands.
///
/// Axes along which every operand advances evenly are merged, so that the inner loop is long.
struct BroadcastWalk {
  /// The merged extents, outermost first; never empty.
  private(set) var extents: [Int]
  /// For each operand its stride along each merged axis, 0 where it is repeated.
  private(set) var strides: [[Int]]

  init(shape: [Int], operands: [[Int]]) {
    let rank = shape.count
    let full = operands.map { operand -> [Int] in
      let offset = rank - operand.count
      let dense = rowMajorStrides(of: operand)
      return (0..<rank).map { $0 < offset || operand[$0 - offset] == 1 ? 0 : dense[$0 - offset] }
    }
    extents = []
    strides = operands.map { _ in [] }
    for axis in 0..<rank where shape[axis] != 1 {
      let steps = full.map { $0[axis] }
      if let last = extents.last, zip(strides, steps).allSatisfy({ $0.last == $1 * shape[axis] }) {
        extents[extents.count - 1] = last * shape[axis]
        for index in strides.indices { strides[index][extents.count - 1] = steps[index] }
      } else {
        extents.append(shape[axis])
        for index in strides.indices { strides[index].append(steps[index]) }
      }
    }
    if extents.isEmpty {
      extents = [1]
      strides = operands.map { _ in [0] }
    }
  }

  /// The number of runs of the innermost axis.
  var runCount: Int { product(extents.dropLast()) }

  /// Calls `body` for each run of the innermost axis, or for some, with where each operand starts.
  @inline(__always)
  func forEachRun<Failure: Error>(
    in runs: Range<Int>? = nil,
    _ body: (_ result: Int, _ offsets: [Int], _ count: Int) throws(Failure) -> Void
  ) throws(Failure) {
    guard !extents.contains(0), let count = extents.last else { return }
    let runs = runs ?? 0..<runCount
    var (position, offsets) = start(of: runs.lowerBound)
    for run in runs {
      try body(run &* count, offsets, count)
      for axis in position.indices.reversed() {
        position[axis] += 1
        for index in offsets.indices { offsets[index] += strides[index][axis] }
        if position[axis] < extents[axis] { break }
        for index in offsets.indices { offsets[index] -= strides[index][axis] * extents[axis] }
        position[axis] = 0
      }
    }
  }

  /// Returns the position of a run along the outer axes and where each operand starts.
  private func start(of run: Int) -> (position: [Int], offsets: [Int]) {
    var position = [Int](repeating: 0, count: extents.count - 1)
    var rest = run
    for axis in position.indices.reversed() {
      position[axis] = rest % extents[axis]
      rest /= extents[axis]
    }
    return (position, strides.map { zip($0, position).reduce(0) { $0 + $1.0 * $1.1 } })
  }
}
