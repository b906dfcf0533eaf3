/// Probabilities of classes from those of one class against another.
///
/// The second method of Wu, Lin and Weng, "Probability estimates for multi-class classification by
/// pairwise coupling" (2004), which LIBSVM uses: also its limits are kept, since the iteration
/// stops before its result is exact.
struct PairwiseCoupling {
  private let count: Int
  /// What is minimized, a row for each class.
  private var costs: [Double]

  /// Creates the coupling of `count` classes; `probabilities` holds at `i * count + j` that of
  /// class `i` where only `i` and `j` are possible.
  init(count: Int, probabilities: [Double]) {
    self.count = count
    costs = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0..<count where column != row {
        let opposite = probabilities[column * count + row]
        costs[row * count + row] += opposite * opposite
        costs[row * count + column] = -opposite * probabilities[row * count + column]
      }
    }
  }

  /// The probability of each class.
  var result: [Double] {
    var result = [Double](repeating: 1 / Double(count), count: count)
    let tolerance = 0.005 / Double(count)
    for _ in 0..<100 {
      var products = (0..<count).map { row in
        (0..<count).reduce(0) { $0 + costs[row * count + $1] * result[$1] }
      }
      var total = zip(result, products).reduce(0) { $0 + $1.0 * $1.1 }
      guard products.contains(where: { abs($0 - total) >= tolerance }) else { break }
      for row in 0..<count {
        let own = costs[row * count + row]
        let step = (total - products[row]) / own
        let scale = 1 + step
        result[row] += step
        total = (total + step * (step * own + 2 * products[row])) / scale / scale
        for column in 0..<count {
          products[column] = (products[column] + step * costs[row * count + column]) / scale
          result[column] /= scale
        }
      }
    }
    return result
  }
}
