import Tensors

/// Which elements of a tensor a reduction gathers in each element of its result.
struct ReductionPlan {
  /// The shape of the input with extent 1 at the reduced axes.
  let kept: [Int]
  /// The shape of the result: the same, or without the reduced axes.
  let shape: [Int]
  /// The number of elements that are gathered in each element of the result.
  let count: Int

  private let walk: BroadcastWalk

  init(
    _ input: [Int], axes: [Int], keepsAxes: Bool
  ) throws(OperatorError) {
    let axes = try normalizedAxes(axes, rank: input.count)
    kept = input.indices.map { axes.contains($0) ? 1 : input[$0] }
    shape = keepsAxes ? kept : input.indices.filter { !axes.contains($0) }.map { input[$0] }
    count = product(axes.map { input[$0] })
    walk = BroadcastWalk(shape: input, operands: [kept])
  }

  /// Adds every element of the input to the total of its element of the result, in their order.
  @inline(__always)
  func gather<Scalar, Total>(
    _ input: UnsafeBufferPointer<Scalar>, into totals: inout [Total],
    _ add: (inout Total, Scalar) -> Void
  ) {
    let step = walk.strides[0].last ?? 0
    totals.withUnsafeMutableBufferPointer { totals in
      walk.forEachRun { start, offsets, count in
        let first = offsets[0]
        if step == 0 {
          var total = totals[first]
          for index in start..<(start + count) { add(&total, input[index]) }
          totals[first] = total
        } else {
          for index in 0..<count { add(&totals[first + index], input[start + index]) }
        }
      }
    }
  }
}

/// Returns the shape of a reduction as far as it is known; nil axes are not known.
func reducedShape(
  of shape: Shape, axes: [Int]?, keepsAxes: Bool
) throws(OperatorError) -> Shape? {
  guard let axes else {
    return keepsAxes ? Shape([Dimension](repeating: .unknown, count: shape.rank)) : nil
  }
  let reduced = try normalizedAxes(axes, rank: shape.rank)
  var dimensions: [Dimension] = []
  for (axis, dimension) in shape.dimensions.enumerated() {
    if !reduced.contains(axis) {
      dimensions.append(dimension)
    } else if keepsAxes {
      dimensions.append(1)
    }
  }
  return Shape(dimensions)
}
