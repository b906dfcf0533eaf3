import Tensors

/// What was reached of the range that a quantizer or a clip lets through.
struct RangeCoverage: Sendable {
  let node: String
  let operatorName: String
  /// The ends; nil where the range has none.
  let low: Double?
  let high: Double?
  /// The least and the greatest number that were seen, NaN left out.
  private(set) var seen: ClosedRange<Double>?

  init(_ node: String, _ operatorName: String, low: Double?, high: Double?) {
    self.node = node
    self.operatorName = operatorName
    self.low = low
    self.high = high
  }

  mutating func add(_ content: RuntimeValue) {
    if let ends = content.tensor?.extent() { add(ends) }
  }

  mutating func add(_ other: RangeCoverage) {
    if let ends = other.seen { add(ends) }
  }

  private mutating func add(_ ends: ClosedRange<Double>) {
    let known = seen ?? ends
    seen = min(known.lowerBound, ends.lowerBound)...max(known.upperBound, ends.upperBound)
  }

  /// Whether the low end was met or passed; nil where there is none.
  var reachesLow: Bool? {
    low.map { low in seen.map { $0.lowerBound <= low } ?? false }
  }

  /// Whether the high end was met or passed; nil where there is none.
  var reachesHigh: Bool? {
    high.map { high in seen.map { $0.upperBound >= high } ?? false }
  }

  /// The part of the range between the least and the greatest number that were seen; nil where
  /// the range is not bounded or empty.
  var share: Double? {
    guard let low, let high, low < high else { return nil }
    guard let seen else { return 0 }
    let reached = min(high, seen.upperBound) - max(low, seen.lowerBound)
    return max(0, reached / (high - low))
  }
}
