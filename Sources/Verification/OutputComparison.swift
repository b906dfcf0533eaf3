public import Tensors

/// How one output of a candidate compares with that of a reference, for one sample.
public struct OutputComparison: Hashable, Sendable, Codable {
  /// The name of the output, with a position where it is a sequence or a map.
  public let output: String

  /// The sample that was executed.
  public let sample: String

  public let verdict: Verdict

  /// The figures; nil where the values are of different kinds.
  public let comparison: TensorComparison?

  /// The distances from the exact result, where rounding was measured.
  public let noise: NoiseFigures?

  /// What else sets the values apart; nil where they are identical or it was not measured.
  public let figures: OutputFigures?

  /// Compares two tensors.
  init(_ output: String, sample: String, _ comparison: TensorComparison) {
    let verdict: Verdict =
      comparison.isBitIdentical
      ? .identical : comparison.isClose ? .withinRounding : .semanticChange
    self.init(output, sample: sample, verdict, comparison)
  }

  /// Notes what was decided of two tensors, or that two values cannot be compared.
  init(
    _ output: String, sample: String, _ verdict: Verdict = .semanticChange,
    _ comparison: TensorComparison? = nil, noise: NoiseFigures? = nil,
    figures: OutputFigures? = nil
  ) {
    self.output = output
    self.sample = sample
    self.verdict = verdict
    self.comparison = comparison
    self.noise = noise
    self.figures = figures
  }

  /// Compares the outputs of a candidate and a reference for one sample.
  ///
  /// An output that the candidate lacks counts as different; further outputs are not looked at.
  public static func comparing(
    _ candidate: ModelOutputs, to reference: ModelOutputs, sample: String,
    within tolerance: Tolerance
  ) -> [OutputComparison] {
    comparing(candidate, to: reference, sample: sample) { output, candidate, reference in
      OutputComparison(
        output, sample: sample, TensorComparison(of: candidate, to: reference, within: tolerance))
    }
  }

  /// Decides on a tensor of a candidate and that of a reference, given where they are.
  typealias Judge = (_ output: String, Tensor, Tensor) -> OutputComparison

  static func comparing(
    _ candidate: ModelOutputs, to reference: ModelOutputs, sample: String, by judge: Judge
  ) -> [OutputComparison] {
    reference.sorted { $0.key < $1.key }.flatMap { name, expected in
      guard let value = candidate[name] else { return [OutputComparison(name, sample: sample)] }
      return comparing(value, to: expected, output: name, sample: sample, by: judge)
    }
  }

  /// Compares two values, element by element where they are sequences or maps.
  private static func comparing(
    _ candidate: RuntimeValue, to reference: RuntimeValue, output: String, sample: String,
    by judge: Judge
  ) -> [OutputComparison] {
    switch (candidate, reference) {
    case (.tensor(let candidate), .tensor(let reference)):
      return [judge(output, candidate, reference)]
    case (.sequence(let rows), .tensor(let reference)):
      guard let candidate = Tensor(rowsOfMaps: rows) else { break }
      return [judge(output, candidate, reference)]
    default:
      let (parts, others) = (candidate.parts(of: output), reference.parts(of: output))
      guard candidate.kindName == reference.kindName, parts.map(\.name) == others.map(\.name)
      else { break }
      return zip(parts, others).flatMap { part, other in
        comparing(part.value, to: other.value, output: part.name, sample: sample, by: judge)
      }
    }
    return [OutputComparison(output, sample: sample)]
  }
}

extension RuntimeValue {
  /// What a sequence, an optional or a map holds, each part named by its place; empty for tensors.
  fileprivate func parts(of name: String) -> [(name: String, value: RuntimeValue)] {
    switch self {
    case .tensor, .optional(nil): []
    case .optional(let content?): [(name, content)]
    case .sequence(let elements):
      elements.enumerated().map { ("\(name)[\($0)]", $1) }
    case .map(let keys, let values):
      [("\(name).keys", .tensor(keys))]
        + values.enumerated().map { ("\(name)[\($0)]", $1) }
    }
  }

  /// Every tensor in the value by its place, as comparisons name it.
  func tensors(named name: String) -> [String: Tensor] {
    if let tensor { return [name: tensor] }
    var tensors: [String: Tensor] = [:]
    if case .sequence(let rows) = self { tensors[name] = Tensor(rowsOfMaps: rows) }
    for part in parts(of: name) {
      tensors.merge(part.value.tensors(named: part.name)) { first, _ in first }
    }
    return tensors
  }
}

extension Tensor {
  /// Creates the matrix that a classifier's maps from class to score stand for, a row a map.
  ///
  /// Frameworks return such a matrix where their exporters write maps. Nil when the maps differ in
  /// their keys or hold anything but single numbers.
  fileprivate init?(rowsOfMaps rows: [RuntimeValue]) {
    var numbers: [Double] = []
    var sharedKeys: Tensor?
    for row in rows {
      guard case .map(let keys, let values) = row, keys == sharedKeys ?? keys else { return nil }
      sharedKeys = keys
      for value in values {
        guard let tensor = value.tensor, tensor.count == 1, tensor.elementType.isFloatingPoint
        else {
          return nil
        }
        numbers += tensor.converted(to: .float64).scalars(of: Double.self)
      }
    }
    guard let width = sharedKeys?.count, numbers.count == rows.count * width else { return nil }
    self.init(shape: [rows.count, width], scalars: numbers)
  }
}
