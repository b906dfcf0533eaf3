import Tensors

/// The scores of a model: a row for each row of features, a column for each class or target.
struct ScoreTable {
  let rows: Int
  let columns: Int
  var values: [Double]

  /// The place of the greatest score of each row, the first of equals.
  var greatest: [Int] {
    (0..<rows).map { row in
      var place = 0
      for column in 1..<max(columns, 1)
      where values[row * columns + column] > values[row * columns + place] {
        place = column
      }
      return place
    }
  }

  /// Adds a number to each column.
  mutating func add(_ terms: [Double]) {
    for row in 0..<rows {
      for (column, term) in terms.enumerated() { values[row * columns + column] += term }
    }
  }

  /// Returns the table with each row transformed.
  func transformed(by transform: ScoreTransform) -> ScoreTable {
    guard transform != .none else { return self }
    var result = self
    result.values.withUnsafeMutableBufferPointer { values in
      for row in 0..<rows {
        let range = row * columns..<(row + 1) * columns
        transform.apply(to: UnsafeMutableBufferPointer(rebasing: values[range]))
      }
    }
    return result
  }

  /// Returns the table of both classes where there is one column, that of the second class.
  ///
  /// `complement` makes the score of the first class.
  func paired(by transform: ScoreTransform, complement: (Double) -> Double) -> ScoreTable {
    var result = ScoreTable(rows: rows, columns: 2, values: [])
    result.values.reserveCapacity(2 * rows)
    for score in values {
      let (other, score) = transform.pair(score, other: complement(score))
      result.values += [other, score]
    }
    return result
  }

  /// Returns the scores as a tensor.
  func tensor(of type: ElementType) -> Tensor {
    Tensor(shape: [rows, columns], scalars: values).converted(to: type)
  }
}
