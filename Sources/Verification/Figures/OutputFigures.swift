public import Tensors

/// What else sets an output apart from that of the reference, beside distances and sums.
public struct OutputFigures: Hashable, Sendable, Codable {
  /// The distances in units in the last place; nil for numbers without such.
  public private(set) var units: UnitsHistogram?
  /// Whether the largest number of each row is at the same place, and the five largest; nil where
  /// rows are no scores: tensors of more than three axes or of short rows.
  public private(set) var top1: TopAgreement?
  public private(set) var top5: TopAgreement?
  /// Nil for whole numbers and rows of less than three.
  public let rankCorrelation: RankCorrelation?
  public private(set) var special = SpecialNumbers()
  /// What holds of the reference.
  public let invariants: [InvariantCheck]
  public let distribution: TensorDistribution?

  /// Compares two tensors; nil when their shapes differ or they hold no real numbers.
  ///
  /// `noise` is what rounding may set a number apart from the one it should be.
  public init?(of candidate: Tensor, to reference: Tensor, noise: Double = 0) {
    guard let pairs = PairedNumbers(candidate, reference) else { return nil }
    let isReal = reference.elementType.isFloatingPoint
    rankCorrelation = isReal ? RankCorrelation(pairs) : nil
    invariants = InvariantCheck.checks(of: pairs)
    distribution = TensorDistribution(pairs)
    let lastPlace = LastPlace(of: reference.elementType)
    units = lastPlace.map { _ in UnitsHistogram() }
    pairs.forEachPair { index, got, want in
      if let distance = lastPlace?.units(from: want, to: got) { units?.add(distance) }
      special.add(got, want, at: index)
    }
    guard isReal, 1...3 ~= reference.rank else { return }
    top1 = Self.agreement(of: pairs, size: 1, noise)
    top5 = Self.agreement(of: pairs, size: 5, noise)
  }

  private static func agreement(
    of pairs: PairedNumbers, size: Int, _ noise: Double
  ) -> TopAgreement? {
    var agreement = TopAgreement(size: size, noise: noise)
    pairs.forEachRow { _, got, want in agreement.add(got, want) }
    return agreement.rowCount > 0 ? agreement : nil
  }
}
