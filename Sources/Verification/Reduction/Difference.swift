import IR
import Operators
import Tensors

/// How a candidate is set apart from a reference on one sample, beyond rounding.
public struct Difference: Hashable, Sendable {
  /// What is not the same.
  public enum Kind: String, Hashable, Sendable, Codable {
    /// The type or the shape of an output, or there is no such output.
    case form
    /// Where numbers are infinite or none.
    case finiteness
    /// The numbers.
    case values
  }

  public let kind: Kind

  /// The output that is worst.
  public let comparison: OutputComparison

  /// The size of the difference in proportion to that of the output; infinite where it has none.
  public let severity: Double
}

extension Difference {
  /// Returns what sets outputs apart; nil where rounding explains it.
  ///
  /// `exact` is asked for the outputs of the reference in 64 bits, and only where bits differ.
  static func between(
    _ candidate: ModelOutputs, and reference: ModelOutputs, sample: String,
    exact: () throws -> ModelOutputs
  ) throws -> Difference? {
    let changes = OutputComparison.comparing(
      candidate, to: reference, sample: sample, within: .exact)
    guard changes.contains(where: { $0.verdict != .identical }) else { return nil }
    var floors = NoiseFloors(
      of: reference, exact: try exact(), sample: sample, perturbed: nil)
    return floors.compare(candidate)
      .filter { $0.verdict == .semanticChange }
      .map(Difference.init)
      .max { $0.severity < $1.severity }
  }

  /// What a comparison shows that rounding does not explain.
  private init(_ change: OutputComparison) {
    comparison = change
    guard let figures = change.comparison, figures.isComparable, figures.typesMatch else {
      (kind, severity) = (.form, .infinity)
      return
    }
    guard figures.nanMismatchCount + figures.infinityMismatchCount == 0 else {
      (kind, severity) = (.finiteness, .infinity)
      return
    }
    kind = .values
    guard figures.referenceType.isFloatingPoint else {
      severity = Double(figures.differingCount) / Double(max(1, figures.elementCount))
      return
    }
    severity = figures.relativeError
  }
}

/// Executes two models to see whether they differ.
struct DifferenceTest {
  let execute: Reducer.Execute

  /// Returns what sets the candidate apart from the reference on a sample; nil where rounding
  /// explains it.
  func differs(
    reference: Model, candidate: Model, sample: Sample
  ) throws -> Difference? {
    let outputs = try execute(candidate, sample, .declared) { _, _ in }
    let expected = try execute(reference, sample, .declared) { _, _ in }
    return try .between(outputs, and: expected, sample: sample.name) {
      try execute(reference, sample, .float64) { _, _ in }
    }
  }
}
