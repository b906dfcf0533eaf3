/// The discrete Fourier transform of a length without large prime factors.
///
/// Stockham's autosort form of the algorithm of Cooley and Tukey (Van Loan: Computational frameworks
/// for the fast Fourier transform, 1992): a pass for each factor reads one array and writes another.
struct MixedRadixTransform {
  /// The greatest prime factor that a pass takes.
  static let greatestFactor = 61

  let length: Int
  private let factors: [Int]
  private let roots: [Complex]

  /// Creates the transform, or nil when a prime factor is too large.
  ///
  /// - Precondition: `length` is positive.
  init?(length: Int) {
    guard let factors = Self.factors(of: length) else { return nil }
    self.length = length
    self.factors = factors
    roots = (0..<length).map { Complex(rootAt: $0, of: length) }
  }

  /// Returns fours and primes whose product is `length`, or nil when one is too large.
  static func factors(of length: Int) -> [Int]? {
    var (factors, rest) = ([Int](), length)
    for factor in [4, 2] + stride(from: 3, through: greatestFactor, by: 2) {
      while rest % factor == 0 {
        factors.append(factor)
        rest /= factor
      }
    }
    return rest == 1 ? factors : nil
  }

  /// Returns Σ signal[j]·e^(-2πi·jk/length) for every k.
  ///
  /// - Precondition: `signal` holds `length` numbers.
  func transformed(_ signal: [Complex]) -> [Complex] {
    var (source, target) = (signal, [Complex](repeating: .zero, count: length))
    var (columns, done) = (length, 1)
    for factor in factors {
      columns /= factor
      source.withUnsafeBufferPointer { source in
        target.withUnsafeMutableBufferPointer { target in
          let pass = Pass(radix: factor, columns: columns, done: done)
          run(pass, from: source, to: target)
        }
      }
      swap(&source, &target)
      done *= factor
    }
    return source
  }

  /// One pass: transforms of `radix` points for each of `columns` and each of `done` finished ones.
  private struct Pass {
    let radix: Int
    let columns: Int
    let done: Int
  }

  private func run(
    _ pass: Pass, from source: UnsafeBufferPointer<Complex>,
    to target: UnsafeMutableBufferPointer<Complex>
  ) {
    var points = [Complex](repeating: .zero, count: pass.radix)
    let distance = pass.columns * pass.done
    points.withUnsafeMutableBufferPointer { points in
      for column in 0..<pass.columns {
        for place in 0..<pass.done {
          let first = column * pass.done + place
          for point in 0..<pass.radix { points[point] = source[first + point * distance] }
          transform(points)
          let start = column * pass.radix * pass.done + place
          target[start] = points[0]
          for point in 1..<pass.radix {
            let root = roots[column * point * pass.done]
            target[start + point * pass.done] = product(points[point], root)
          }
        }
      }
    }
  }

  /// Replaces as many numbers as a factor by their transform.
  @inline(__always)
  private func transform(_ points: UnsafeMutableBufferPointer<Complex>) {
    switch points.count {
    case 2: (points[0], points[1]) = (points[0] + points[1], points[0] - points[1])
    case 4:
      let (even, odd) = (points[0] + points[2], points[1] + points[3])
      let (left, right) = (points[0] - points[2], points[1] - points[3])
      let turned = Complex(right.y, -right.x)
      (points[0], points[1]) = (even + odd, left + turned)
      (points[2], points[3]) = (even - odd, left - turned)
    default: transformByDefinition(points)
    }
  }

  private func transformByDefinition(_ points: UnsafeMutableBufferPointer<Complex>) {
    let count = points.count
    let step = length / count
    withUnsafeTemporaryAllocation(of: Complex.self, capacity: count) { sums in
      for index in 0..<count {
        var sum = points[0]
        for point in 1..<count {
          sum += product(points[point], roots[index * point % count * step])
        }
        sums.initializeElement(at: index, to: sum)
      }
      _ = points.update(fromContentsOf: sums)
    }
  }
}
