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

  /// Calls `body` for each run of the innermost axis with where each operand starts.
  func forEachRun<Failure: Error>(
    _ body: (_ result: Int, _ offsets: [Int], _ count: Int) throws(Failure) -> Void
  ) throws(Failure) {
    guard !extents.contains(0), let count = extents.last else { return }
    let outer = extents.dropLast()
    var position = [Int](repeating: 0, count: outer.count)
    var offsets = [Int](repeating: 0, count: strides.count)
    for run in 0..<product(outer) {
      try body(run * count, offsets, count)
      for axis in position.indices.reversed() {
        position[axis] += 1
        for index in offsets.indices { offsets[index] += strides[index][axis] }
        if position[axis] < extents[axis] { break }
        for index in offsets.indices { offsets[index] -= strides[index][axis] * extents[axis] }
        position[axis] = 0
      }
    }
  }
}

/// Returns the elementwise combination of two tensors under broadcasting.
///
/// - Throws: `incompatibleShapes`, or `limitExceeded` for too large a result.
@inline(__always)
func combined<Scalar: TensorScalar, Output: TensorScalar>(
  _ left: Tensor, _ right: Tensor, as scalar: Scalar.Type, into output: Output.Type,
  in context: borrowing KernelContext, _ combine: (Scalar, Scalar) -> Output
) throws(OperatorError) -> Tensor {
  let shape = try broadcastShape(of: [left.shape, right.shape])
  try context.checkOutput(Output.elementType, shape: shape)
  let walk = BroadcastWalk(shape: shape, operands: [left.shape, right.shape])
  let (stepA, stepB) = (walk.strides[0].last ?? 0, walk.strides[1].last ?? 0)
  return left.withScalars(of: Scalar.self) { a in
    right.withScalars(of: Scalar.self) { b in
      Tensor(of: Output.self, shape: shape) { result in
        walk.forEachRun { start, offsets, count in
          let (i, j) = (offsets[0], offsets[1])
          // Loops without a variable step become vector code.
          switch (stepA, stepB) {
          case (1, 1): for k in 0..<count { result[start + k] = combine(a[i + k], b[j + k]) }
          case (1, 0): for k in 0..<count { result[start + k] = combine(a[i + k], b[j]) }
          case (0, 1): for k in 0..<count { result[start + k] = combine(a[i], b[j + k]) }
          default:
            for k in 0..<count {
              result[start + k] = combine(a[i + k * stepA], b[j + k * stepB])
            }
          }
        }
      }
    }
  }
}

/// Returns a tensor of the same shape whose scalars are transformed one by one.
@inline(__always)
func mapped<Scalar: TensorScalar, Output: TensorScalar>(
  _ tensor: Tensor, from scalar: Scalar.Type, to output: Output.Type,
  _ transform: (Scalar) -> Output
) -> Tensor {
  tensor.withScalars(of: Scalar.self) { input in
    Tensor(of: Output.self, shape: tensor.shape) { result in
      for index in input.indices {
        result.initializeElement(at: index, to: transform(input[index]))
      }
    }
  }
}
