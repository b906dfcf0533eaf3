import IR
import Interpreter
import Operators
import Tensors

/// Executions of a model with perturbed results: what they compute, rounding may.
///
/// They are made when they are first asked for. One that comes to no end is left out.
final class PerturbedRuns {
  /// What one execution computed.
  struct Run {
    let outputs: ModelOutputs
    /// The values inside of the model that were asked for.
    let values: [ValueID: RuntimeValue]
  }

  private let subject: Subject
  private let sample: Sample
  private let wanted: Set<ValueID>
  private let threads: Int?

  private static let count = 6
  private static let units = 4.0

  /// Prepares the executions; `wanted` are values whose contents are kept.
  init(of subject: Subject, on sample: Sample, wanted: Set<ValueID> = [], threads: Int? = nil) {
    self.subject = subject
    self.sample = sample
    self.wanted = wanted
    self.threads = threads
  }

  private(set) lazy var all: [Run] = (1...Self.count).compactMap { number in
    let perturbation = Perturbation(seed: UInt64(number) << 32, units: Self.units)
    return try? run(perturbation)
  }

  private func run(_ perturbation: Perturbation) throws(OperatorError) -> Run {
    let interpreter = try subject.interpreter(
      .declared, threads: threads, perturbation: perturbation)
    var values: [ValueID: RuntimeValue] = [:]
    let outputs = try interpreter.run(sample.values) { value, _, content in
      if self.wanted.contains(value) { values[value] = content }
    }
    return Run(outputs: subject.named(outputs), values: values)
  }
}
