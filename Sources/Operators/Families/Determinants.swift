import IR
import Tensors

extension OperatorFamily {
  /// Determinants of matrices.
  static let determinants = OperatorFamily("determinants", [.det])
}

private enum Det: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let tensor = try context.tensor(0)
    try check(Shape(tensor.shape))
    let extent = tensor.shape[tensor.rank - 1]
    let shape = Array(tensor.shape.dropLast(2))
    try context.checkOutput(Scalar.elementType, shape: shape)
    return [
      tensor.withScalars(of: Scalar.self) { numbers in
        Tensor(of: Scalar.self, shape: shape) { result in
          for index in result.indices {
            let matrix = numbers[(index * extent * extent)...].prefix(extent * extent)
            result[index] = Scalar(determinant(of: matrix.map(\.double), extent: extent))
          }
        }
      }
    ]
  }

  static func check(_ shape: Shape) throws(OperatorError) {
    let sides = shape.dimensions.suffix(2)
    guard sides.count == 2, let rows = sides.first, let columns = sides.last,
      rows == columns || rows.fixedValue == nil || columns.fixedValue == nil
    else {
      throw OperatorError(
        .incompatibleShapes, "a tensor of shape \(shape) holds no square matrices")
    }
  }

  /// Returns the product of the pivots of an elimination that exchanges rows for the largest ones.
  private static func determinant(of matrix: [Double], extent: Int) -> Double {
    var rows = (0..<extent).map { Array(matrix[($0 * extent)..<(($0 + 1) * extent)]) }
    var result = 1.0
    for column in 0..<extent {
      let candidates = column..<extent
      let pivot = candidates.max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      if pivot != column {
        rows.swapAt(pivot, column)
        result = -result
      }
      let divisor = rows[column][column]
      guard divisor != 0 else { return 0 }
      result *= divisor
      for row in (column + 1)..<max(extent, column + 1) {
        let factor = rows[row][column] / divisor
        for place in column..<extent { rows[row][place] -= factor * rows[column][place] }
      }
    }
    return result
  }
}

extension OperatorDefinition {
  /// The determinant of each matrix of a stack.
  fileprivate static let det = OperatorDefinition(
    OperatorSchema(
      "Det", versions: [11, 22], inputs: [.required("X", "T")], outputs: [.required("Y", "T")],
      constraints: ["T": .tensors(.floats)]),
    inferTypes: { context throws(OperatorError) in
      guard let shape = context.shape(0) else { return [.tensor(context.elementType(0))] }
      try Det.check(shape)
      return [.tensor(context.elementType(0), Shape(shape.dimensions.dropLast(2)))]
    },
    evaluate: real(Det.self))
}
