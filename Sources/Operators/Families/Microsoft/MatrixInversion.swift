import IR
import Tensors

extension OperatorFamily {
  /// Inverses of matrices.
  static let matrixInversion = OperatorFamily("matrix inversion", [.inverse])
}

private enum Inverse: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let tensor = try context.tensor(0)
    try check(Shape(tensor.shape))
    let extent = tensor.shape[tensor.rank - 1]
    try context.checkOutput(.float64, shape: [extent, extent, 2])
    var inverses: [Scalar] = []
    inverses.reserveCapacity(tensor.count)
    let numbers = tensor.scalars(of: Scalar.self)
    for start in stride(from: 0, to: numbers.count, by: max(1, extent * extent)) {
      let matrix = numbers[start..<(start + extent * extent)].map(\.double)
      inverses += try inverse(of: matrix, extent: extent).map { Scalar($0) }
    }
    return [Tensor(shape: tensor.shape, scalars: inverses)]
  }

  static func check(_ shape: Shape) throws(OperatorError) {
    let sides = shape.dimensions.suffix(2).map(\.fixedValue)
    guard sides.count == 2, sides[0] == sides[1] || sides.contains(nil) else {
      throw OperatorError(
        .incompatibleShapes, "a tensor of shape \(shape) holds no square matrices")
    }
  }

  /// Returns the inverse by elimination (Gauss and Jordan) that exchanges rows for the largest
  /// pivots.
  private static func inverse(
    of matrix: [Double], extent: Int
  ) throws(OperatorError) -> [Double] {
    var rows = (0..<extent).map { row in
      Array(matrix[(row * extent)..<((row + 1) * extent)])
        + (0..<extent).map { $0 == row ? 1.0 : 0.0 }
    }
    for column in 0..<extent {
      let pivot =
        (column..<extent).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      rows.swapAt(pivot, column)
      let divisor = rows[column][column]
      guard divisor != 0 else {
        throw OperatorError(.invalidValue, "a matrix of \(extent) rows has no inverse")
      }
      for place in rows[column].indices { rows[column][place] /= divisor }
      for row in 0..<extent where row != column {
        let factor = rows[row][column]
        guard factor != 0 else { continue }
        for place in column..<(2 * extent) { rows[row][place] -= factor * rows[column][place] }
      }
    }
    return rows.flatMap { $0[extent...] }
  }
}

extension OperatorDefinition {
  fileprivate static let inverse = OperatorDefinition(
    OperatorSchema(
      "Inverse", domain: microsoft, versions: [1], inputs: [.required("X", "T")],
      outputs: [.required("Y", "T")], constraints: ["T": .tensors(.ieeeFloats)]),
    inferTypes: { context throws(OperatorError) in
      if let shape = context.shape(0) { try Inverse.check(shape) }
      return [InferredValue(context.type(0))]
    },
    evaluate: real(Inverse.self))
}
