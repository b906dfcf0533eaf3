/// Mean and variance of numbers, gathered in 64 bits from first to last.
struct Moments {
  let mean: Double
  let variance: Double

  /// Computes the moments of `count` numbers; of none they are not numbers.
  @inline(__always)
  init<Scalar: RealScalar>(of source: UnsafePointer<Scalar>, count: Int) {
    let mean = total(source, count: count) { $0.double } / Double(count)
    self.mean = mean
    variance =
      total(source, count: count) { ($0.double - mean) * ($0.double - mean) }
      / Double(count)
  }
}

/// Writes `(source - mean) * factor`, rounded after each step.
@inline(__always)
func standardize<Scalar: RealScalar>(
  _ source: UnsafePointer<Scalar>, count: Int, mean: Scalar, factor: Scalar,
  into target: UnsafeMutablePointer<Scalar>
) {
  for index in 0..<count { target[index] = (source[index] - mean) * factor }
}
