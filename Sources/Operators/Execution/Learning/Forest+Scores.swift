import Tensors

extension Forest {
  /// What becomes of the votes for one target (attribute `aggregate_function`).
  enum Aggregation: String, AttributeChoice {
    case average = "AVERAGE"
    case sum = "SUM"
    case minimum = "MIN"
    case maximum = "MAX"
  }

  /// Returns what the trees say of each row of features, summed tree by tree.
  ///
  /// The sums of many small votes have 64 bits, and so the result one rounding only. A target without votes has the score 0.
  ///
  /// - Throws: `incompatibleShapes` when the rows have fewer features than the trees look at.
  func scores(
    of features: FeatureMatrix, targetCount: Int, by aggregation: Aggregation
  ) throws(OperatorError) -> ScoreTable {
    guard greatestFeature < features.columns else {
      throw OperatorError(
        .incompatibleShapes,
        "a tree looks at feature \(greatestFeature) of rows of \(features.columns)")
    }
    var values: [Double] = []
    guard features.rows > 0 else {
      return ScoreTable(rows: 0, columns: targetCount, values: values)
    }
    values.reserveCapacity(features.rows * targetCount)
    var sums = [Double](repeating: 0, count: targetCount)
    var isVotedFor = [Bool](repeating: false, count: targetCount)
    features.forEachRow { _, row in
      for target in 0..<targetCount { (sums[target], isVotedFor[target]) = (0, false) }
      for root in roots {
        for vote in votes(at: leaf(from: root, row)) {
          let weight = vote.weight
          switch aggregation {
          case _ where !isVotedFor[vote.target]: sums[vote.target] = weight
          case .sum, .average: sums[vote.target] += weight
          case .minimum: sums[vote.target] = min(sums[vote.target], weight)
          case .maximum: sums[vote.target] = max(sums[vote.target], weight)
          }
          isVotedFor[vote.target] = true
        }
      }
      let divisor = Double(aggregation == .average ? max(roots.count, 1) : 1)
      for sum in sums { values.append(sum / divisor) }
    }
    return ScoreTable(rows: features.rows, columns: targetCount, values: values)
  }

  private func votes(at leaf: Int) -> ArraySlice<Vote> {
    votes[voteStarts[leaf]..<voteStarts[leaf + 1]]
  }

  /// Returns the leaf that a row of features ends at.
  private func leaf(from root: Destination, _ row: UnsafeBufferPointer<Double>) -> Int {
    var place = root
    while let index = place.branch {
      let branch = branches[index]
      let isTrue = branch.isTrue(for: row[Int(branch.feature)], in: memberSets)
      place = isTrue ? branch.whenTrue : branch.whenFalse
    }
    return place.leaf
  }
}
