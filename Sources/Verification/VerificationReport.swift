import Tensors

/// What verification found, worst first decided.
public struct VerificationReport: Hashable, Sendable, Codable {
  /// The comparisons, by sample and output.
  public private(set) var comparisons: [OutputComparison] = []

  /// The samples that were executed.
  public private(set) var samples: [String] = []

  public init() {}

  /// Adds what one sample showed.
  public mutating func add(_ comparisons: [OutputComparison], of sample: String) {
    samples.append(sample)
    self.comparisons += comparisons
  }

  /// The worst verdict; identical when nothing was compared.
  public var verdict: Verdict { comparisons.map(\.verdict).max() ?? .identical }

  /// For each output the comparison with the worst verdict, then the largest error.
  public var worstByOutput: [OutputComparison] {
    var worst: [OutputComparison] = []
    for comparison in comparisons {
      guard let index = worst.firstIndex(where: { $0.output == comparison.output }) else {
        worst.append(comparison)
        continue
      }
      if comparison.isWorse(than: worst[index]) { worst[index] = comparison }
    }
    return worst
  }
}

extension OutputComparison {
  fileprivate func isWorse(than other: OutputComparison) -> Bool {
    guard verdict == other.verdict else { return verdict > other.verdict }
    return (comparison?.maxAbsoluteError ?? 0) > (other.comparison?.maxAbsoluteError ?? 0)
  }
}
