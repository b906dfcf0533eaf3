import Tensors

/// The input of a model of ai.onnx.ml: rows of features, as numbers of 64 bits.
struct FeatureMatrix {
  let rows: Int
  let columns: Int
  private let values: Tensor

  /// Creates the matrix of a tensor of rows, or of the only row.
  ///
  /// - Precondition: the elements are real numbers.
  /// - Throws: `incompatibleShapes` for a tensor that has neither one axis nor two.
  init(_ tensor: Tensor) throws(OperatorError) {
    guard let columns = tensor.shape.last, tensor.rank <= 2 else {
      throw OperatorError(
        .incompatibleShapes, "the features have the shape \(tensor.shape)",
        remedy: "give rows of features, [N, F], or one row, [F]")
    }
    self.columns = columns
    rows = tensor.rank == 1 ? 1 : tensor.shape[0]
    values = tensor.converted(to: .float64)
  }

  /// Calls `body` with all features, row by row.
  func withFeatures<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Double>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try values.withScalars(of: Double.self, body)
  }

  /// Calls `body` with the number of each row and its features.
  func forEachRow(_ body: (Int, UnsafeBufferPointer<Double>) -> Void) {
    withFeatures { features in
      for row in 0..<rows {
        let range = row * columns..<(row + 1) * columns
        body(row, UnsafeBufferPointer(rebasing: features[range]))
      }
    }
  }

  /// Returns sums of the weighted features of each row: a column for each list of weights.
  ///
  /// - Throws: `incompatibleShapes` for coefficients that are not `columns` such lists.
  func weightedSums(
    _ coefficients: [Double], columns count: Int
  ) throws(OperatorError) -> ScoreTable {
    let (expected, overflow) = count.multipliedReportingOverflow(by: columns)
    guard !overflow, coefficients.count == expected else {
      throw OperatorError(
        .incompatibleShapes,
        "\(coefficients.count) coefficients do not make \(count) sums of \(columns) features")
    }
    var sums = [Double](repeating: 0, count: rows * count)
    withFeatures { features in
      coefficients.withUnsafeBufferPointer { weights in
        sums.withUnsafeMutableBufferPointer { sums in
          guard let left = features.baseAddress, let right = weights.baseAddress,
            let target = sums.baseAddress, expected > 0, rows > 0
          else { return }
          MatrixProduct<Double>(rows: columns, columns: count).multiply(
            MatrixView(left, rows: rows, columns: columns),
            MatrixView(right, rows: count, columns: columns).transposed,
            into: target, stride: count)
        }
      }
    }
    return ScoreTable(rows: rows, columns: count, values: sums)
  }
}

extension InferenceContext {
  /// The number of rows of features that input `index` holds.
  func featureRows(_ index: Int) throws(OperatorError) -> Dimension {
    guard let shape = shape(index) else { return .unknown }
    guard (1...2).contains(shape.rank) else {
      throw OperatorError(
        .incompatibleShapes, "the features have the shape \(shape)",
        remedy: "give rows of features, [N, F], or one row, [F]")
    }
    return shape.rank == 1 ? 1 : shape[0]
  }
}
