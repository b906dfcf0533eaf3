import Tensors

/// Changes the weights that are left so that the results stay as near as they can to what they were.
///
/// For each output channel this is a least squares problem over the calibration data, with a small
/// weight on changing nothing. What is left of the mean of the change goes to the bias.
struct WeightRefit {
  /// The weights, with zeros in the place of those that are removed.
  var weights: Tensor {
    Tensor(shape: shape, scalars: values).converted(to: elementType)
  }

  private var values: [Float]
  private let shape: [Int]
  private let elementType: ElementType
  /// What has to be added to the bias of each output channel.
  private(set) var shifts: [Double]

  /// The size of the penalty on changes, in proportion to the mean square of the data.
  private static let damping = 0.01

  /// The most multiplications that are spent on a layer.
  private static let workLimit = 1 << 35

  /// Refits weights; nil where that takes too long or has no solution.
  init?(
    of weights: Tensor, _ matrix: WeightMatrix, _ moments: PatchMoments, hasBias: Bool,
    isRemoved: (_ row: Int, _ column: Int) -> Bool
  ) {
    let values = weights.converted(to: .float32).scalars(of: Float.self)
    self.values = values
    shape = weights.shape
    elementType = weights.elementType
    shifts = [Double](repeating: 0, count: matrix.outputChannelCount)
    var work = 0
    var group = -1
    var (products, means): ([Double], [Double]) = ([], [])
    var solver: SupportSolver?
    for (row, start) in matrix.rows.enumerated() {
      let kept = matrix.columns.indices.filter { !isRemoved(row, $0) }
      guard kept.count < matrix.columns.count else { continue }
      if matrix.group(ofRow: row) != group {
        group = matrix.group(ofRow: row)
        products = moments.products(ofGroup: group, isCentered: hasBias)
        means = moments.means(ofGroup: group)
        solver = nil
      }
      if solver?.support != kept {
        work += kept.count * kept.count * max(1, kept.count) / 3
        guard work <= Self.workLimit else { return nil }
        solver = SupportSolver(products, of: matrix.columns.count, kept, damping: Self.damping)
      }
      guard let solver else { return nil }
      let former = matrix.columns.map { Double(values[start + $0]) }
      var removed = former
      for column in kept { removed[column] = 0 }
      let changes = solver.solve(for: removed)
      for (column, offset) in matrix.columns.enumerated() {
        self.values[start + offset] = 0
        shifts[matrix.outputChannel(row: row)] += hasBias ? means[column] * former[column] : 0
      }
      for (column, change) in zip(kept, changes) {
        let new = Float(former[column] + change)
        guard new.isFinite else { return nil }
        self.values[start + matrix.columns[column]] = new
        shifts[matrix.outputChannel(row: row)] -= hasBias ? means[column] * Double(new) : 0
      }
    }
  }
}

/// Solves for the weights of some columns, by a Cholesky factorization.
private struct SupportSolver {
  /// The columns whose weights are solved for.
  let support: [Int]
  private let products: [Double]
  private let width: Int
  /// The upper factor, row by row.
  private var factor: [Double]

  init?(_ products: [Double], of width: Int, _ support: [Int], damping: Double) {
    self.support = support
    self.products = products
    self.width = width
    let count = support.count
    let trace = (0..<width).reduce(0.0) { $0 + products[$1 * width + $1] }
    let penalty = damping * trace / Double(max(1, width)) + Double.leastNormalMagnitude
    factor = [Double](repeating: 0, count: count * count)
    for (row, first) in support.enumerated() {
      for (column, second) in support.enumerated() {
        factor[row * count + column] = products[first * width + second]
      }
      factor[row * count + row] += penalty
    }
    guard factor.withUnsafeMutableBufferPointer({ Self.factorize($0, count) }) else { return nil }
  }

  /// Replaces the upper half of a matrix by its factor; false when it is not positive definite.
  private static func factorize(_ matrix: UnsafeMutableBufferPointer<Double>, _ count: Int) -> Bool
  {
    for pivot in 0..<count {
      let diagonal = matrix[pivot * count + pivot]
      guard diagonal > 0, diagonal.isFinite else { return false }
      let scale = 1 / diagonal.squareRoot()
      for column in pivot..<count { matrix[pivot * count + column] *= scale }
      for row in (pivot + 1)..<max(count, pivot + 1) {
        let multiple = matrix[pivot * count + row]
        guard multiple != 0 else { continue }
        let (target, source) = (row * count, pivot * count)
        for column in row..<count { matrix[target + column] -= multiple * matrix[source + column] }
      }
    }
    return true
  }

  /// Returns the changes of the supported weights that make up best for the removed ones.
  func solve(for removed: [Double]) -> [Double] {
    let count = support.count
    var result = support.map { row in
      var sum = 0.0
      for column in 0..<width where removed[column] != 0 {
        sum += products[row * width + column] * removed[column]
      }
      return sum
    }
    for row in 0..<count {
      result[row] /= factor[row * count + row]
      for column in (row + 1)..<max(count, row + 1) {
        result[column] -= factor[row * count + column] * result[row]
      }
    }
    for row in (0..<count).reversed() {
      for column in (row + 1)..<max(count, row + 1) {
        result[row] -= factor[row * count + column] * result[column]
      }
      result[row] /= factor[row * count + row]
    }
    return result
  }
}
