import Tensors

/// Something that holds of every row of the reference, and how the candidate keeps it.
public struct InvariantCheck: Hashable, Sendable, Codable {
  public enum Invariant: String, Hashable, Sendable, Codable, CaseIterable {
    /// All numbers are in [0, 1].
    case unitInterval = "lies in [0, 1]"
    /// The numbers along the last axis are probabilities: not negative, their sum 1.
    case rowsSumToOne = "rows sum to 1"
  }

  public let invariant: Invariant
  public private(set) var rowCount = 0
  /// The rows of the candidate of which it does not hold.
  public private(set) var brokenCount = 0
  /// Where the first such row starts, row-major.
  public private(set) var firstBroken: Int?
  /// The furthest that the candidate is beyond what holds.
  public private(set) var maxExcess = 0.0

  /// Whether the candidate keeps it.
  public var holds: Bool { brokenCount == 0 }

  /// The invariants that the reference keeps.
  static func checks(of pairs: PairedNumbers) -> [InvariantCheck] {
    let type = pairs.reference.elementType
    guard type.isFloatingPoint, pairs.count > 0 else { return [] }
    // A sum of rounded terms is off by about one rounding, whatever their number.
    let slack = 16 * type.unitRoundoff
    var checks = Invariant.allCases.map { InvariantCheck(invariant: $0) }
    if pairs.rowWidth < 2 { checks.removeAll { $0.invariant == .rowsSumToOne } }
    pairs.forEachRow { start, got, want in
      checks.removeAll { $0.invariant.excess(of: want) > slack }
      for index in checks.indices {
        checks[index].add(checks[index].invariant.excess(of: got), slack, at: start)
      }
    }
    return checks
  }

  private init(invariant: Invariant) { self.invariant = invariant }

  private mutating func add(_ excess: Double, _ slack: Double, at start: Int) {
    rowCount += 1
    guard excess > slack else { return }
    brokenCount += 1
    firstBroken = firstBroken ?? start
    maxExcess = max(maxExcess, ErrorSums.bounded(excess))
  }
}

extension InvariantCheck.Invariant {
  /// How far a row is beyond what should hold; infinite where it holds NaN.
  fileprivate func excess(of row: [Double]) -> Double {
    var (outside, sum) = (0.0, 0.0)
    for number in row {
      guard !number.isNaN else { return .infinity }
      outside = max(outside, -number, number - 1)
      sum += number
    }
    return self == .rowsSumToOne ? max(outside, abs(sum - 1)) : outside
  }
}
