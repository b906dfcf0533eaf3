/// The numbers that are not finite, and where two tensors disagree on them.
public struct SpecialNumbers: Hashable, Sendable, Codable {
  public private(set) var referenceNaNCount = 0
  public private(set) var candidateNaNCount = 0
  public private(set) var referenceInfinityCount = 0
  public private(set) var candidateInfinityCount = 0
  /// The row-major positions of the first disagreements.
  public private(set) var firstMismatches: [Int] = []

  static let positionLimit = 8

  init() {}

  /// Whether there is any in either tensor.
  public var isEmpty: Bool {
    referenceNaNCount + candidateNaNCount + referenceInfinityCount + candidateInfinityCount == 0
  }

  mutating func add(_ got: Double, _ want: Double, at index: Int) {
    guard !got.isFinite || !want.isFinite else { return }
    if want.isNaN { referenceNaNCount += 1 }
    if got.isNaN { candidateNaNCount += 1 }
    if want.isInfinite { referenceInfinityCount += 1 }
    if got.isInfinite { candidateInfinityCount += 1 }
    let agrees = got == want || (got.isNaN && want.isNaN)
    if !agrees, firstMismatches.count < Self.positionLimit { firstMismatches.append(index) }
  }
}
