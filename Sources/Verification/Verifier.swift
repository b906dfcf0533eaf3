public import Tensors

/// Compares what two models compute for the same samples.
public struct Verifier: Sendable {
  /// The outputs of a model by name, for one sample.
  public typealias Outputs = [String: RuntimeValue]

  public let tolerance: Tolerance

  public init(tolerance: Tolerance) { self.tolerance = tolerance }

  /// Compares what a candidate and a reference computed for one sample.
  ///
  /// An output that the candidate lacks counts as different; further outputs are not looked at.
  public func compare(
    _ candidate: Outputs, to reference: Outputs, sample: String
  ) -> [OutputComparison] {
    reference.sorted { $0.key < $1.key }.flatMap { name, expected in
      guard let value = candidate[name] else { return [OutputComparison(name, sample: sample)] }
      return OutputComparison.comparing(
        value, to: expected, output: name, sample: sample, within: tolerance)
    }
  }
}
