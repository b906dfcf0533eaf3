import IR
import Interpreter
public import Operators
public import Tensors
import Threads

/// Decides whether a candidate computes what a reference does, and finds the node that does not.
///
/// Each sample is executed by the reference in its own types and in 64 bits: their distance is what
/// rounding explains. Where it does not explain the candidate, the reference is executed again with
/// perturbed results, which shows what rounding may do besides, such as flip a decision.
public struct Verifier: Sendable {
  /// What counts as right beside rounding.
  public struct Options: Sendable {
    /// The loss that the candidate may have; nil allows none.
    ///
    /// It is the root mean square of the change of an output in proportion to that of the output, and
    /// the share of elements that differ for whole numbers.
    public var budget: Double?
    /// The distance that decides in the place of rounding; nil judges by rounding.
    public var tolerance: Tolerance?
    /// The arithmetic of both models.
    public var precision = Precision.declared
    /// Whether values inside of the models are compared too, which finds the node at fault.
    public var comparesLayers = true

    public init(
      budget: Double? = nil, tolerance: Tolerance? = nil, precision: Precision = .declared
    ) {
      self.budget = budget
      self.tolerance = tolerance
      self.precision = precision
    }
  }

  let reference: Subject
  let candidate: Subject
  private let options: Options

  public init(reference: Subject, candidate: Subject, options: Options = Options()) {
    self.reference = reference
    self.candidate = candidate
    self.options = options
  }

  /// Verifies every sample, several at a time where there are several: the report is the same.
  ///
  /// `expected` are the outputs that were computed elsewhere, of the first samples.
  ///
  /// - Throws: `OperatorError` when the reference cannot be executed on a sample that is not optional.
  public func verify(
    _ samples: [Sample], expected: [ModelOutputs]? = nil, progress: (Int) -> Void = { _ in }
  ) throws(OperatorError) -> VerificationReport {
    var report = VerificationReport(
      countsHidden: options.budget == nil && options.tolerance == nil)
    var coverage: Coverage?
    let threads = reference.options.threads
    // One sample shares its operators among the threads; many share the samples.
    let plans = try Plans(
      reference, candidate, options.precision, threads: samples.count > 1 ? 1 : threads)
    for start in stride(from: 0, to: samples.count, by: max(1, threads)) {
      let range = start..<min(start + max(1, threads), samples.count)
      progress(start)
      let results = concurrentResults(range.count, threads: threads) { index in
        Result { () throws(OperatorError) in
          let position = start + index
          let expected = expected.flatMap { position < $0.count ? $0[position] : nil }
          return try findings(samples[position], expected: expected, plans)
        }
      }
      for result in results {
        let findings = try result.get()
        report.add(findings)
        guard let added = findings.coverage else { continue }
        if coverage == nil { coverage = added } else { coverage? += added }
      }
    }
    report.coverage = coverage?.summary
    if let index = report.firstUnexpected(in: samples), let expected {
      report.suspicions = reference.suspicions(on: samples[index], expected: expected[index])
    }
    return report
  }

  private func concurrentResults<Value: Sendable>(
    _ count: Int, threads: Int, _ body: (Int) -> Value
  ) -> [Value] {
    var values = [Value?](repeating: nil, count: count)
    values.withUnsafeMutableBufferPointer { slots in
      nonisolated(unsafe) let slots = slots
      WorkerPool.shared.run(count, threads: threads) { task, _ in slots[task] = body(task) }
    }
    return values.compactMap { $0 }
  }

  // MARK: - One sample

  private func findings(
    _ sample: Sample, expected: ModelOutputs?, _ plans: Plans
  ) throws(OperatorError) -> SampleFindings {
    let coverage = options.precision == .declared ? CoverageLog(of: reference, sample) : nil
    let execution = try Execution(of: plans.reference, sample.values) { value, _, content in
      coverage?.coverage.observe(value, content)
    }
    let exact = plans.exact.flatMap { try? Execution(of: $0, sample.values) }
    var findings = SampleFindings(sample: sample.name)
    let started = plans.candidate.flatMap { interpreter in
      Result { () throws(OperatorError) in try Execution(of: interpreter, sample.values) }
    }
    guard case .success(let second) = started, case .success(let interpreter) = plans.candidate
    else {
      if case .failure(let error) = started { findings.fail(error) }
      return findings
    }
    let alignment = ValueAlignment(execution.graph, second.graph, acceptsOtherTypes: true)
    let partners = alignment.results(of: second.graph)
    var log = LayerLog(
      candidate: second.graph, reference: execution.graph, isByName: alignment.isByName,
      sample: sample.name)
    let isolated =
      options.comparesLayers ? try? Execution(of: interpreter, sample.values) : nil
    let sides = SideBySide(
      reference: execution, exact: exact, candidate: second, isolated: isolated,
      partners: partners)
    let outcome = try MemoryCache.shared.whileKeeping {
      Result { () throws(OperatorError) in
        try sides.run { if options.comparesLayers { log.add($0) } }
      }
    }.get()
    log.clearMisnamed()
    let runs = PerturbedRuns(
      of: reference, on: sample, precision: options.precision, threads: plans.threads)
    if !log.suspectedValues.isEmpty {
      log.clear(by: runs.values(log.suspectedValues, between: Set(partners.values)))
    }
    findings.layers = log.layers
    findings.coverage = coverage?.coverage
    judge(outcome, on: sample, runs, expected: expected, &findings)
    return findings
  }

  private func judge(
    _ outcome: SideBySide.Outcome, on sample: Sample, _ runs: PerturbedRuns,
    expected: ModelOutputs?, _ findings: inout SampleFindings
  ) {
    let own = reference.named(outcome.reference)
    var floors = NoiseFloors(
      of: own, exact: outcome.exact.map(reference.named), sample: sample.name, allowing: options,
      perturbed: runs, measuresFigures: true)
    switch outcome.candidate {
    case .success(let values):
      let outputs = candidate.named(values)
      findings.comparisons = floors.compare(outputs)
      if let expected {
        findings.candidateToExpected = floors.compare(outputs, toExpected: expected)
      }
    case .failure(let error): findings.fail(error)
    }
    if let expected { findings.referenceToExpected = floors.compare(own, toExpected: expected) }
  }
}

extension Verifier {
  /// Returns how far the candidate is from the reference on a sample, in units of what rounding
  /// explains; infinite where no figure tells, such as where the candidate cannot be executed.
  ///
  /// - Throws: `OperatorError` when the reference cannot be executed.
  public func divergence(on sample: Sample) throws(OperatorError) -> Double {
    let own = try reference.outputs(on: sample, options.precision)
    guard let outputs = try? candidate.outputs(on: sample, options.precision) else {
      return .infinity
    }
    var floors = NoiseFloors(
      of: own, exact: reference.exactOutputs(on: sample), sample: sample.name, perturbed: nil)
    return floors.compare(outputs).map(\.divergence).max() ?? 0
  }
}

extension OutputComparison {
  /// How many times what rounding explains the output is off.
  fileprivate var divergence: Double {
    guard verdict > .identical else { return 0 }
    guard let noise, noise.maxError > 0 else { return .infinity }
    return noise.maxError / noise.maxBound
  }
}

/// The executions of a verification, planned once for all samples.
private struct Plans: Sendable {
  let threads: Int
  let reference: Interpreter
  /// Nil when the reference cannot be executed in 64 bits.
  let exact: Interpreter?
  /// The candidate's, or why there is none.
  let candidate: Result<Interpreter, OperatorError>

  init(
    _ reference: Subject, _ candidate: Subject, _ precision: Precision, threads: Int
  ) throws(OperatorError) {
    self.threads = threads
    self.reference = try reference.interpreter(precision, threads: threads)
    exact = try? reference.interpreter(.float64, threads: threads)
    self.candidate = Result { () throws(OperatorError) in
      try candidate.interpreter(precision, threads: threads)
    }
  }
}

/// The coverage of one execution of a reference.
private final class CoverageLog {
  var coverage: Coverage

  init(of reference: Subject, _ sample: Sample) {
    coverage = Coverage(of: reference.model.graph)
    coverage.observe(inputs: sample.values)
  }
}

/// What one sample showed.
struct SampleFindings: Sendable {
  let sample: String
  /// What the sample exercised of the reference; nil where it was not executed in its own types.
  var coverage: Coverage?
  var comparisons: [OutputComparison] = []
  var referenceToExpected: [OutputComparison]?
  var candidateToExpected: [OutputComparison]?
  var layers: [LayerComparison] = []
  /// What ended the execution of the candidate, where something did.
  private(set) var failure: OperatorError?

  init(sample: String) { self.sample = sample }

  /// Notes that the candidate cannot be executed.
  mutating func fail(_ error: OperatorError) { failure = error }
}
