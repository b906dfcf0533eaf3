public import Tensors

/// What rounding alone makes of one tensor: the distance between its value in the types that a
/// model declares and the one in 64 bits.
///
/// A candidate is within rounding when its largest and its mean distance from the exact value are
/// no more than some multiple of these. Runs of the model with perturbed results widen the floor:
/// one run may be nearer to the exact result than rounding lets expect.
public struct NoiseFloor: Sendable {
  /// The value in the model's own types.
  private let computed: Tensor
  /// The value in 64 bits.
  private let exact: Tensor
  /// Values of runs with perturbed results.
  private var perturbed: [Tensor] = []

  /// How many times what perturbed results make of it: they are moved by more than rounding does.
  static let perturbedFactor = 2.0

  /// Creates the floor of a tensor; without an exact value the computed one stands for it.
  public init(computed: Tensor, exact: Tensor?) {
    self.computed = computed
    self.exact = exact ?? computed
  }

  /// Takes what a run with perturbed results gave for what rounding may give.
  public mutating func widen(by tensor: Tensor) { perturbed.append(tensor) }

  /// Judges tensors that take the place of the computed one, and returns the first figures that
  /// rounding does not explain, or those of the first.
  func judge(_ candidates: [Tensor]) -> NoiseFigures {
    let figures = candidates.map(judge)
    return figures.first { $0.reason != nil } ?? figures.first ?? NoiseFigures(reason: nil)
  }

  /// Judges a tensor that takes the place of the computed one.
  public func judge(_ candidate: Tensor) -> NoiseFigures {
    guard computed.elementType != .string || candidate.shape != computed.shape else {
      return NoiseFigures(reason: candidate == computed ? nil : "holds other strings")
    }
    guard let own = RoundingComparison(of: candidate, for: computed, exact: exact) else {
      return NoiseFigures(reason: isPossible(candidate.shape) ? nil : "has another shape")
    }
    let others = perturbed.compactMap { RoundingComparison(of: $0, for: computed, exact: exact) }
    let type = computed.elementType
    guard type.unitRoundoff > 0 else { return judgeWhole(own, others) }
    var figures = NoiseFigures(own, in: type)
    figures.widen(by: others, factor: Self.perturbedFactor)
    if own.unexplainedCount > (others.map(\.unexplainedCount).max() ?? 0) {
      figures.reason = "is NaN or infinite in \(own.unexplainedCount) places where it should not be"
    } else {
      figures.explain()
    }
    return figures
  }

  /// Judges a tensor that a node computed from the same inputs as the computed one: it must be as near
  /// to that as rounding takes it from the exact value.
  func judgeStep(_ candidate: Tensor) -> NoiseFigures {
    guard let step = RoundingComparison(of: candidate, for: computed, exact: computed),
      let own = RoundingComparison(of: computed, for: computed, exact: exact)
    else { return judge(candidate) }
    let type = computed.elementType
    guard type.unitRoundoff > 0 else { return judge(candidate) }
    var figures = NoiseFigures(step, in: type)
    figures.widen(by: [own], factor: type.noiseFactor)
    figures.widen(
      by: perturbed.compactMap { RoundingComparison(of: $0, for: computed, exact: computed) },
      factor: Self.perturbedFactor)
    if step.unexplainedCount > 0 {
      figures.reason = "is NaN or infinite where it should not be, or not where it should"
    } else {
      figures.explain(from: "what the reference computes")
    }
    return figures
  }

  /// Whether a shape lies between those that the model itself computes: its size may hang on a decision
  /// that rounding flips.
  private func isPossible(_ shape: [Int]) -> Bool {
    let shapes = (perturbed + [computed, exact]).map(\.shape)
    guard shapes.allSatisfy({ $0.count == shape.count }) else { return false }
    return shape.indices.allSatisfy { axis in
      let extents = shapes.map { $0[axis] }
      return (extents.min() ?? 0)...(extents.max() ?? 0) ~= shape[axis]
    }
  }

  /// Judges whole numbers and truth values: rounding may flip no more than it does by itself, and no
  /// further.
  private func judgeWhole(
    _ own: RoundingComparison, _ others: [RoundingComparison]
  ) -> NoiseFigures {
    var figures = NoiseFigures(own, in: computed.elementType)
    let flips = max(own.unstableCount, others.map(\.differingCount).max() ?? 0)
    let distance = max(own.noise.maximum, others.map(\.error.maximum).max() ?? 0)
    let isExplained = own.differingCount <= 2 * flips && own.error.maximum <= 2 * distance
    figures.reason =
      isExplained
      ? nil
      : "differs in \(own.differingCount) elements by up to \(formattedError(own.error.maximum)), "
        + "rounding explains \(2 * flips) by \(formattedError(2 * distance))"
    return figures
  }
}

/// The distances of a tensor and of its noise from the exact value, and what they say.
public struct NoiseFigures: Hashable, Sendable, Codable {
  /// From the exact value to that in the model's own types.
  public private(set) var maxNoise = 0.0
  public private(set) var rootMeanSquareNoise = 0.0
  /// From the exact value to the candidate's.
  public private(set) var maxError = 0.0
  public private(set) var rootMeanSquareError = 0.0
  /// What rounding explains.
  public private(set) var maxBound = 0.0
  public private(set) var rootMeanSquareBound = 0.0
  /// Why rounding does not explain the candidate; nil when it does.
  public var reason: String?

  /// The part of the elements that differ at all.
  private(set) var differingPart = 0.0

  /// Whether the error is so large that no closer look is worth it.
  var isBlatant: Bool { maxError > 100 * maxBound }

  /// Whether few elements differ, as where rounding flips decisions.
  var isRare: Bool { differingPart <= 0x1p-6 }

  init(reason: String?) { self.reason = reason }

  init(_ comparison: RoundingComparison, in type: ElementType) {
    let units = type.unitRoundoff * type.tolerableUnits
    let count = Double(max(1, comparison.count))
    let factor = type.noiseFactor
    maxNoise = comparison.noise.maximum
    rootMeanSquareNoise = (comparison.noise.energy / count).squareRoot()
    differingPart = Double(comparison.differingCount) / count
    let (noise, error, size) = comparison.differing
    maxError = error.maximum
    rootMeanSquareError = (error.energy / count).squareRoot()
    maxBound = factor * noise.maximum + units * size.maximum
    rootMeanSquareBound =
      factor * (noise.energy / count).squareRoot() + units * (size.energy / count).squareRoot()
  }

  /// Allows some times the error of others that rounding makes.
  mutating func widen(by others: [RoundingComparison], factor: Double) {
    for other in others {
      let count = Double(max(1, other.count))
      maxBound = max(maxBound, factor * other.error.maximum)
      rootMeanSquareBound = max(
        rootMeanSquareBound, factor * (other.error.energy / count).squareRoot())
    }
  }

  /// Says what is beyond the bounds, in distances from what `origin` names.
  mutating func explain(from origin: String = "the exact result") {
    if maxError > maxBound {
      reason =
        "is \(formattedError(maxError)) from \(origin), rounding explains "
        + "\(formattedError(maxBound))"
    } else if rootMeanSquareError > rootMeanSquareBound {
      reason =
        "is \(formattedError(rootMeanSquareError)) from \(origin) on average, rounding explains "
        + "\(formattedError(rootMeanSquareBound))"
    }
  }
}

extension ElementType {
  /// How many times the noise counts as rounding: sums formed in another order round elsewhere.
  ///
  /// Formats of few bits show all of it in one run.
  fileprivate var noiseFactor: Double { unitRoundoff <= 0x1p-11 ? 8 : 3 }

  /// The units in the last place of the largest number that count as rounding at least.
  ///
  /// A result that happens to be exact has no noise.
  fileprivate var tolerableUnits: Double {
    switch unitRoundoff {
    case ...0x1p-24: 64
    case ...0x1p-11: 4
    default: 1
    }
  }
}
