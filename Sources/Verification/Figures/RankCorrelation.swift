/// Spearman's correlation of the ranks along the last axis: 1 when the order is the same.
public struct RankCorrelation: Hashable, Sendable, Codable {
  /// The rows whose ranks were compared.
  public private(set) var rowCount = 0
  /// The mean over the rows, and the least.
  public private(set) var mean = 1.0
  public private(set) var minimum = 1.0

  /// Compares rows of at least three numbers, evenly chosen where they are many; nil when there is
  /// none that is finite.
  init?(_ pairs: PairedNumbers) {
    guard pairs.rowWidth > 2 else { return nil }
    let step = max(1, pairs.count / pairs.rowWidth / Self.rowLimit) * pairs.rowWidth
    var sum = 0.0
    pairs.forEachRow { start, got, want in
      guard start % step == 0, got.allSatisfy(\.isFinite), want.allSatisfy(\.isFinite) else {
        return
      }
      let correlation = Self.correlation(Self.ranks(got), Self.ranks(want))
      rowCount += 1
      sum += correlation
      minimum = min(minimum, correlation)
    }
    guard rowCount > 0 else { return nil }
    mean = sum / Double(rowCount)
  }

  private static let rowLimit = 1024

  /// The rank of each number; equal ones share the mean of theirs.
  private static func ranks(_ row: [Double]) -> [Double] {
    let order = row.indices.sorted { (row[$0], $0) < (row[$1], $1) }
    var ranks = [Double](repeating: 0, count: row.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, row[order[end]] == row[order[start]] { end += 1 }
      for place in order[start..<end] { ranks[place] = Double(start + end - 1) / 2 }
      start = end
    }
    return ranks
  }

  private static func correlation(_ left: [Double], _ right: [Double]) -> Double {
    let mean = Double(left.count - 1) / 2
    var (product, lefts, rights) = (0.0, 0.0, 0.0)
    for (left, right) in zip(left, right) {
      product += (left - mean) * (right - mean)
      lefts += (left - mean) * (left - mean)
      rights += (right - mean) * (right - mean)
    }
    // A row of equal numbers has no order to agree with.
    guard lefts > 0, rights > 0 else { return lefts == rights ? 1 : 0 }
    return product / (lefts * rights).squareRoot()
  }
}
