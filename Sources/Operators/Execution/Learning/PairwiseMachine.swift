import IR

/// A classifier that decides between each two classes by comparisons with their support vectors.
struct PairwiseMachine {
  private let classCount: Int
  /// The vectors of each class.
  private let ranges: [Range<Int>]
  private let vectors: SupportVectors
  /// A row of weights of all vectors for each other class.
  private let coefficients: [Double]
  private let rho: [Double]
  private let factors: [Double]
  private let offsets: [Double]

  static let vectorCountsKey = OptionalAttributeKey<[Int]>("vectors_per_class")
  static let factorsKey = OptionalAttributeKey<[Float]>("prob_a")
  static let offsetsKey = OptionalAttributeKey<[Float]>("prob_b")

  /// The number of pairs of classes.
  var pairCount: Int { rho.count }

  /// Reads a classifier; nil without support vectors.
  init?(_ attributes: Attributes, classCount: Int) throws(OperatorError) {
    let counts = try attributes.value(of: Self.vectorCountsKey) ?? []
    var ranges: [Range<Int>] = []
    for count in counts {
      let start = ranges.last?.upperBound ?? 0
      let (end, overflow) = start.addingReportingOverflow(count)
      guard count >= 0, !overflow else {
        throw OperatorError(.invalidAttribute, "vectors_per_class is \(counts)")
      }
      ranges.append(start..<end)
    }
    guard let vectorCount = ranges.last?.upperBound, vectorCount > 0 else { return nil }
    guard counts.count == classCount, classCount > 1 else {
      throw OperatorError(
        .invalidAttribute,
        "there are support vectors of \(counts.count) classes and labels of \(classCount)",
        remedy: "name at least two classes, and the number of vectors of each")
    }
    self.classCount = classCount
    self.ranges = ranges
    vectors = try SupportVectors(attributes, count: vectorCount)
    coefficients = try SupportVectors.numbers(SupportVectors.coefficientsKey, attributes)
    rho = try SupportVectors.numbers(SupportVectors.rhoKey, attributes)
    factors = try SupportVectors.numbers(Self.factorsKey, attributes)
    offsets = try SupportVectors.numbers(Self.offsetsKey, attributes)
    let pairs = classCount.multipliedReportingOverflow(by: classCount - 1)
    let weights = vectorCount.multipliedReportingOverflow(by: classCount - 1)
    guard !pairs.overflow, rho.count == pairs.partialValue / 2, !weights.overflow,
      coefficients.count == weights.partialValue,
      factors.isEmpty || factors.count == rho.count, offsets.count == factors.count
    else {
      throw OperatorError(
        .invalidAttribute,
        "\(classCount) classes with \(vectorCount) vectors have \(rho.count) rho, "
          + "\(coefficients.count) coefficients, \(factors.count) prob_a and \(offsets.count) prob_b",
        remedy: "give rho for each pair of classes, so prob_a and prob_b or neither, and a "
          + "coefficient of each vector for each other class")
    }
  }

  /// Returns the class that most decisions are for, and the probabilities of the classes; without
  /// those the decision between each two classes, which is positive for the first of them.
  func evaluate(_ features: FeatureMatrix) throws(OperatorError) -> ([Int?], ScoreTable) {
    try vectors.check(features)
    var comparisons = [Double](repeating: 0, count: vectors.count)
    var classes: [Int?] = []
    var values: [Double] = []
    features.forEachRow { _, row in
      vectors.compare(row, into: &comparisons)
      let decisions = decisions(comparisons)
      classes.append(winner(of: decisions))
      values += factors.isEmpty ? decisions : probabilities(decisions)
    }
    let columns = factors.isEmpty ? pairCount : classCount
    return (classes, ScoreTable(rows: features.rows, columns: columns, values: values))
  }

  private func decisions(_ comparisons: [Double]) -> [Double] {
    var decisions: [Double] = []
    decisions.reserveCapacity(pairCount)
    for first in 0..<classCount - 1 {
      for second in first + 1..<classCount {
        var sum = 0.0
        for vector in ranges[first] {
          sum += coefficients[(second - 1) * vectors.count + vector] * comparisons[vector]
        }
        for vector in ranges[second] {
          sum += coefficients[first * vectors.count + vector] * comparisons[vector]
        }
        decisions.append(sum + rho[decisions.count])
      }
    }
    return decisions
  }

  private func winner(of decisions: [Double]) -> Int {
    var votes = [Int](repeating: 0, count: classCount)
    var pair = 0
    for first in 0..<classCount - 1 {
      for second in first + 1..<classCount {
        votes[decisions[pair] > 0 ? first : second] += 1
        pair += 1
      }
    }
    return votes.indices.reduce(0) { votes[$1] > votes[$0] ? $1 : $0 }
  }

  private func probabilities(_ decisions: [Double]) -> [Double] {
    var pairs = [Double](repeating: 0, count: classCount * classCount)
    var pair = 0
    for first in 0..<classCount - 1 {
      for second in first + 1..<classCount {
        let logit = decisions[pair] * factors[pair] + offsets[pair]
        // LIBSVM keeps the probability away from certainty.
        let probability = min(max(Double.sigmoid(-logit), 1e-7), 1 - 1e-7)
        pairs[first * classCount + second] = probability
        pairs[second * classCount + first] = 1 - probability
        pair += 1
      }
    }
    return PairwiseCoupling(count: classCount, probabilities: pairs).result
  }
}
