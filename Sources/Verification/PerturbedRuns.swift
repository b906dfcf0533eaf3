import IR
import Interpreter
import Operators
import Tensors

/// Executions of a model with perturbed results: what they compute, rounding may.
///
/// One that comes to no end is left out.
final class PerturbedRuns {
  private let subject: Subject
  private let sample: Sample
  private let precision: Precision
  private let threads: Int?

  private static let units = 4.0

  /// Executions that move every number at random.
  private static let random = (1...6).map { Perturbation(seed: UInt64($0) << 32, units: units) }

  /// Executions that move all sums up, then down: what hangs on one that lies next to a rounding tie
  /// flips in one of them for certain.
  private static let directed = [FloatingPointSign.plus, .minus].map {
    Perturbation(seed: 0, units: units, direction: $0)
  }

  /// Prepares the executions, which are made when they are asked for.
  init(
    of subject: Subject, on sample: Sample, precision: Precision = .declared, threads: Int? = nil
  ) {
    self.precision = precision
    self.subject = subject
    self.sample = sample
    self.threads = threads
  }

  /// The outputs of each execution.
  private(set) lazy var outputs: [ModelOutputs] = perturbed(by: Self.random) {
    interpreter throws(OperatorError) in
    subject.named(try interpreter.run(sample.values))
  }

  /// Returns the values that each execution computes from those of the plain execution: rounding
  /// within a step, from one anchor to the next, without what came before.
  func values(_ wanted: Set<ValueID>, between anchors: Set<ValueID>) -> [[ValueID: RuntimeValue]] {
    perturbed(by: Self.random + Self.directed) { interpreter throws(OperatorError) in
      let execution = try Execution(of: interpreter, sample.values)
      let plain = try Execution(
        of: try subject.interpreter(precision, threads: threads), sample.values)
      var values: [ValueID: RuntimeValue] = [:]
      while let step = try execution.advance(), let own = try plain.advance() {
        for (result, content) in zip(step.results, own.results.map(\.content)) {
          if wanted.contains(result.value) { values[result.value] = result.content }
          if anchors.contains(result.value) { execution.replace(result.value, with: content) }
        }
      }
      return values
    }
  }

  private func perturbed<Result>(
    by perturbations: [Perturbation], _ run: (Interpreter) throws(OperatorError) -> Result
  ) -> [Result] {
    perturbations.compactMap { perturbation in
      let planned = try? subject.interpreter(
        precision, threads: threads, perturbation: perturbation)
      return planned.flatMap { try? run($0) }
    }
  }
}
