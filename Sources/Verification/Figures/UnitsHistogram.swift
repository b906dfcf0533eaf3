import Tensors

/// How many units in the last place numbers are apart.
///
/// The unit is the distance of two neighbours of the reference's type near the reference's number.
public struct UnitsHistogram: Hashable, Sendable, Codable {
  /// The pairs of equal numbers, then those at most 1, 2, 4, 8, … units apart; the last class has
  /// all that are further apart.
  public private(set) var counts: [Int] = []
  /// The most units that two numbers are apart, not whole where the candidate has another type.
  public private(set) var maximum = 0.0

  static let classCount = 26

  init() {}

  /// The largest number of units in a class; nil for the last one.
  public static func bound(ofClass index: Int) -> Double? {
    guard index < classCount - 1 else { return nil }
    return index == 0 ? 0 : Double(1 << (index - 1))
  }

  /// Adds a pair that is some units apart.
  mutating func add(_ units: Double) {
    maximum = max(maximum, units)
    let index = units == 0 ? 0 : units <= 1 ? 1 : Int((units - 0.5).exponent) + 2
    let place = min(index, Self.classCount - 1)
    while counts.count <= place { counts.append(0) }
    counts[place] += 1
  }
}

/// The last place of the numbers of a floating-point type.
struct LastPlace {
  private let roundoff: Double
  private let smallestExponent: Int

  /// Describes a type; nil for those that are no real floating-point format.
  init?(of type: ElementType) {
    guard type.unitRoundoff > 0 else { return nil }
    roundoff = type.unitRoundoff
    smallestExponent =
      switch type {
      case .float64: -1022
      case .float32, .bfloat16: -126
      case .float16: -14
      default: -6
      }
  }

  /// How many units of `want` lie between it and `got`; nil where one is not finite.
  func units(from want: Double, to got: Double) -> Double? {
    guard got.isFinite, want.isFinite else { return nil }
    let exponent = want == 0 ? smallestExponent : max(Int(want.exponent), smallestExponent)
    let unit = 2 * roundoff * Double(sign: .plus, exponent: exponent, significand: 1)
    return ErrorSums.bounded(abs(got - want) / max(unit, .leastNonzeroMagnitude))
  }
}
