#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
public import Tensors

/// How the numbers of two tensors, and the distances between them, are distributed.
public struct TensorDistribution: Hashable, Sendable, Codable {
  /// The range that the classes of values divide evenly.
  public private(set) var lowest = 0.0
  public private(set) var highest = 0.0
  /// The finite numbers in each class of values.
  public private(set) var reference = [Int](repeating: 0, count: valueClassCount)
  public private(set) var candidate = [Int](repeating: 0, count: valueClassCount)
  /// The pairs of equal numbers.
  public private(set) var equalCount = 0
  /// The pairs by the magnitude of their distance, two classes a decade; the first has all that are
  /// nearer.
  public private(set) var errors = [Int](repeating: 0, count: errorClassCount)
  /// The power of ten at which the classes of errors end.
  public private(set) var errorDecade = 0

  static let valueClassCount = 32
  static let errorClassCount = 16

  /// Counts the numbers of two tensors; nil when their shapes differ, or they hold no finite real
  /// numbers.
  public init?(of candidate: Tensor, for reference: Tensor) {
    guard let pairs = PairedNumbers(candidate, reference) else { return nil }
    self.init(pairs)
  }

  init?(_ pairs: PairedNumbers) {
    var (low, high, largest) = (Double.infinity, -Double.infinity, 0.0)
    pairs.forEachPair { _, got, want in
      guard got.isFinite, want.isFinite else { return }
      low = min(low, got, want)
      high = max(high, got, want)
      largest = max(largest, ErrorSums.bounded(abs(got - want)))
    }
    guard low <= high else { return nil }
    (lowest, highest) = (low, high)
    errorDecade = largest > 0 ? Int(log10(largest).rounded(.down)) + 1 : 0
    pairs.forEachPair { _, got, want in
      if want.isFinite { self.reference[valueClass(of: want)] += 1 }
      if got.isFinite { self.candidate[valueClass(of: got)] += 1 }
      if got.isFinite, want.isFinite { addError(abs(got - want)) }
    }
  }

  private func valueClass(of number: Double) -> Int {
    // Halves keep the width of the widest range finite.
    let width = highest / 2 - lowest / 2
    guard width > 0 else { return 0 }
    let share = max(0, min((number / 2 - lowest / 2) / width, 1))
    return min(Int(share * Double(Self.valueClassCount)), Self.valueClassCount - 1)
  }

  private mutating func addError(_ error: Double) {
    guard error > 0 else {
      equalCount += 1
      return
    }
    let halfDecades = Double(2 * errorDecade) - (2 * log10(ErrorSums.bounded(error))).rounded(.down)
    errors[Self.errorClassCount - Int(max(1, min(halfDecades, Double(Self.errorClassCount))))] += 1
  }
}
