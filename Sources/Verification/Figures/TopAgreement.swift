import Tensors

/// Whether the largest numbers of each row are at the same places, as of the scores of classes.
///
/// A place that changes hands between numbers nearer to each other than rounding explains says
/// nothing of the candidate: such rows are counted apart.
public struct TopAgreement: Hashable, Sendable, Codable {
  /// How many of the largest numbers of a row are looked at.
  public let size: Int
  public private(set) var rowCount = 0
  /// The rows of which both name the same places, in any order.
  public private(set) var agreeingCount = 0
  /// The rows that differ in what rounding may decide.
  public private(set) var undecidedCount = 0
  /// The largest distance, in the reference, between a number that lost its place and one that took
  /// it; 0 when none did.
  public private(set) var maxLostMargin = 0.0

  /// How far rounding may take a number from where it should be.
  public let noise: Double

  /// Creates the agreement of no rows.
  init(size: Int, noise: Double) {
    self.size = size
    self.noise = noise
  }

  /// The rows of which the places differ by more than rounding explains.
  public var flippedCount: Int { rowCount - agreeingCount - undecidedCount }

  /// The share of rows that agree or that rounding decides.
  public var share: Double {
    rowCount == 0 ? 1 : Double(agreeingCount + undecidedCount) / Double(rowCount)
  }

  /// Adds a row; one that is not longer than ``size`` or holds NaN does not count.
  mutating func add(_ got: [Double], _ want: [Double]) {
    guard want.count > size, !got.contains(where: \.isNaN), !want.contains(where: \.isNaN) else {
      return
    }
    rowCount += 1
    let wanted = Self.largest(size, of: want)
    let found = Self.largest(size, of: got)
    let lost = wanted.filter { !found.contains($0) }.map { want[$0] }
    let gained = found.filter { !wanted.contains($0) }.map { want[$0] }
    guard let best = lost.max(), let worst = gained.min() else {
      agreeingCount += 1
      return
    }
    if best - worst <= 2 * noise { undecidedCount += 1 }
    maxLostMargin = max(maxLostMargin, ErrorSums.bounded(best - worst))
  }

  /// The positions of the largest numbers; of equal ones the first come first.
  private static func largest(_ size: Int, of row: [Double]) -> [Int] {
    var places: [Int] = []
    for (index, number) in row.enumerated() {
      if places.count == size, let last = places.last, number <= row[last] { continue }
      let position = places.firstIndex { row[$0] < number } ?? places.count
      places.insert(index, at: position)
      if places.count > size { places.removeLast() }
    }
    return places
  }
}
