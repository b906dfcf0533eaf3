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

  /// Compares two tensors.
  init(_ output: String, sample: String, _ comparison: TensorComparison) {
    self.output = output
    self.sample = sample
    self.comparison = comparison
    verdict =
      comparison.isBitIdentical ? .identical : comparison.isClose ? .withinTolerance : .different
  }

  /// Notes that two values cannot be compared.
  init(_ output: String, sample: String) {
    self.output = output
    self.sample = sample
    comparison = nil
    verdict = .different
  }

  /// Compares two values, element by element where they are sequences or maps.
  static func comparing(
    _ candidate: RuntimeValue, to reference: RuntimeValue, output: String, sample: String,
    within tolerance: Tolerance
  ) -> [OutputComparison] {
    switch (candidate, reference) {
    case (.tensor(let candidate), .tensor(let reference)):
      let comparison = TensorComparison(of: candidate, to: reference, within: tolerance)
      return [OutputComparison(output, sample: sample, comparison)]
    case (.sequence(let rows), .tensor(let reference)):
      guard let candidate = Tensor(rowsOfMaps: rows) else {
        return [OutputComparison(output, sample: sample)]
      }
      let comparison = TensorComparison(of: candidate, to: reference, within: tolerance)
      return [OutputComparison(output, sample: sample, comparison)]
    case (.sequence(let left), .sequence(let right)) where left.count == right.count:
      return zip(left, right).enumerated().flatMap { index, pair in
        comparing(
          pair.0, to: pair.1, output: "\(output)[\(index)]", sample: sample, within: tolerance)
      }
    case (.optional(let left?), .optional(let right?)):
      return comparing(left, to: right, output: output, sample: sample, within: tolerance)
    case (.optional(nil), .optional(nil)): return []
    case (.map(let keys, let left), .map(let otherKeys, let right)) where left.count == right.count:
      let comparison = TensorComparison(of: keys, to: otherKeys)
      return [OutputComparison("\(output).keys", sample: sample, comparison)]
        + zip(left, right).enumerated().flatMap { index, pair in
          comparing(
            pair.0, to: pair.1, output: "\(output)[\(index)]", sample: sample, within: tolerance)
        }
    default: return [OutputComparison(output, sample: sample)]
    }
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
