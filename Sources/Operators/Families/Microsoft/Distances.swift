import IR
import Tensors

extension OperatorFamily {
  /// Distances between the rows of matrices.
  static let distances = OperatorFamily("distances", [.cDist])
}

private enum CDist: RealKernel {
  static let metric = AttributeKey<String>("metric", default: "sqeuclidean")

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let metric = try context.value(of: metric)
    guard metric == "euclidean" || metric == "sqeuclidean" else {
      throw OperatorError(
        .unsupported, "distances by the metric \"\(metric)\" are not supported",
        remedy: "use euclidean or sqeuclidean")
    }
    let (left, right) = (try context.tensor(0), try context.tensor(1))
    let shape = try Self.shape(Shape(left.shape), Shape(right.shape)).extents ?? []
    try context.checkOutput(Scalar.elementType, shape: shape)
    let width = left.shape[1]
    let output = Tensor(of: Scalar.self, shape: shape) { result in
      left.withScalars(of: Scalar.self) { a in
        right.withScalars(of: Scalar.self) { b in
          for index in result.indices {
            let (row, column) = (index / shape[1] * width, index % shape[1] * width)
            var sum = 0.0
            for place in 0..<width {
              let difference = a[row + place].double - b[column + place].double
              sum += difference * difference
            }
            result[index] = Scalar(metric == "euclidean" ? sum.squareRoot() : sum)
          }
        }
      }
    }
    return [output]
  }

  /// Returns the shape of the result: a row for each row of the first matrix.
  static func shape(_ left: Shape, _ right: Shape) throws(OperatorError) -> Shape {
    guard left.rank == 2, right.rank == 2,
      left[1] == right[1] || left[1].fixedValue == nil || right[1].fixedValue == nil
    else {
      throw OperatorError(
        .incompatibleShapes, "rows of \(left) and \(right) have no distance",
        remedy: "both must be matrices with as many columns")
    }
    return [left[0], right[0]]
  }
}

extension OperatorDefinition {
  fileprivate static let cDist = OperatorDefinition(
    OperatorSchema(
      "CDist", domain: microsoft, versions: [1],
      inputs: [.required("A", "T"), .required("B", "T")], outputs: [.required("C", "T")],
      attributes: [CDist.metric.declaration],
      constraints: ["T": .tensors([.float32, .float64])]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      guard let left = context.shape(0), let right = context.shape(1) else {
        return [.tensor(type)]
      }
      return [.tensor(type, try CDist.shape(left, right))]
    },
    evaluate: real(CDist.self))
}
