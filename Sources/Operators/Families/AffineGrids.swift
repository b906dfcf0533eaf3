import IR
import Tensors

extension OperatorFamily {
  /// Grids of places that an affine map of regular ones gives.
  static let affineGrids = OperatorFamily("affine grids", [.affineGrid])
}

private enum AffineGrid: RealKernel {
  static let alignsCorners = AttributeKey<Bool>("align_corners", default: false)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let theta = try context.tensor(0)
    let size = try context.integers(1)
    try check(axes: size.count)
    let rank = size.count - 2
    guard theta.shape == [size[0], rank, rank + 1] else {
      throw OperatorError(
        .incompatibleShapes, "theta of shape \(theta.shape) does not suit the size \(size)",
        remedy: "its shape is (N, 2, 3) for images and (N, 3, 4) for volumes")
    }
    let extents = Array(size[2...])
    let shape = [size[0]] + extents + [rank]
    try context.checkOutput(Scalar.elementType, shape: shape)
    guard !shape.contains(0) else { return [Tensor(of: Scalar.self, shape: shape) { _ in }] }
    let alignsCorners = try context.value(of: Self.alignsCorners)
    let axes = extents.map { coordinates($0, alignsCorners: alignsCorners) }
    return [
      Tensor(of: Scalar.self, shape: shape) { result in
        theta.withScalars(of: Scalar.self) { theta in
          for batch in 0..<size[0] {
            let matrix = theta[(batch * rank * (rank + 1))...].prefix(rank * (rank + 1))
            let count = result.count / size[0]
            let grid = UnsafeMutableBufferPointer(
              rebasing: result[(batch * count)..<((batch + 1) * count)])
            write(matrix.map(\.double), axes, to: grid)
          }
        }
      }
    ]
  }

  static func check(axes: Int) throws(OperatorError) {
    guard axes == 4 || axes == 5 else {
      throw OperatorError(
        .incompatibleShapes, "size has \(axes) numbers",
        remedy: "use (N, C, H, W) for images and (N, C, D, H, W) for volumes")
    }
  }

  /// Returns the places along an axis from -1 to 1: the centers of its elements.
  ///
  /// The ends are the centers of the outer elements or their outer edges.
  private static func coordinates(_ extent: Int, alignsCorners: Bool) -> [Double] {
    let count = Double(extent)
    guard alignsCorners else { return (0..<extent).map { (2 * Double($0) + 1) / count - 1 } }
    return (0..<extent).map { $0 == 0 ? -1 : 2 * Double($0) / (count - 1) - 1 }
  }

  /// Writes the images of all places under an affine map; their last axis comes first in it.
  private static func write<Scalar: RealScalar>(
    _ matrix: [Double], _ axes: [[Double]], to grid: UnsafeMutableBufferPointer<Scalar>
  ) {
    let rank = axes.count
    let strides = rowMajorStrides(of: axes.map(\.count))
    for place in 0..<(grid.count / rank) {
      for row in 0..<rank {
        var sum = matrix[row * (rank + 1) + rank]
        for column in 0..<rank {
          let axis = rank - 1 - column
          let position = place / strides[axis] % axes[axis].count
          sum += matrix[row * (rank + 1) + column] * axes[axis][position]
        }
        grid[place * rank + row] = Scalar(sum)
      }
    }
  }
}

extension OperatorDefinition {
  /// The places that an affine map sends the elements of an image to, for `GridSample`.
  fileprivate static let affineGrid = OperatorDefinition(
    OperatorSchema(
      "AffineGrid", versions: [20], inputs: [.required("theta", "T1"), .required("size", "T2")],
      outputs: [.required("grid", "T1")],
      attributes: [AffineGrid.alignsCorners.declaration],
      constraints: ["T1": .tensors(.floats), "T2": .tensors(.int64)]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      guard let size = context.elements(1)?.elements else {
        guard case .fixed(let count)? = context.shape(1)?.dimensions.first else {
          return [.tensor(type)]
        }
        try AffineGrid.check(axes: count)
        let batch = context.shape(0)?.dimensions.first ?? .unknown
        let extents = [Dimension](repeating: .unknown, count: count - 2)
        return [.tensor(type, Shape([batch] + extents + [.fixed(count - 2)]))]
      }
      try AffineGrid.check(axes: size.count)
      return [.tensor(type, Shape([size[0]] + size[2...] + [.fixed(size.count - 2)]))]
    },
    evaluate: real(AffineGrid.self))
}
