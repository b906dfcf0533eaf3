import IR
import Operators
import Passes
import Tensors
import Verification

/// The way of a model from one file to another: rewritten, written, read again and compared.
struct Conversion {
  let output: String
  let pipeline: PassPipeline
  let mode: VerificationMode
  let execution: ExecutionOptions
  let calibration: CalibrationOptions
  /// The version of ai.onnx to write; nil writes the oldest that has every form.
  var opset: Int?
  var isStripped = false
  /// Whether an .onnx file has the types of inner values.
  var includesInnerTypes = true
  /// Where to write a page that shows what was done; nil writes none.
  var page: String?
  let progress: Progress

  /// Converts a model and reports what was done.
  ///
  /// - Throws: a ``Failure`` when the result cannot be written or computes something else; nothing
  ///   is written then.
  func run(_ source: PreparedModel, on data: DataOptions, asJSON: Bool) throws {
    if mode != .off, !source.report.opaqueOperators.isEmpty {
      throw Failure(.unsupported, source.unknownOperators)
    }
    let given = mode == .off ? SampleSet() : try source.samples(of: data, execution)
    let samples = given.samples
    let learning = try calibration.samples(for: source.model.graph, or: data)
    let pipeline =
      learning.isEmpty
      ? pipeline : pipeline.calibrated(by: source.activations(on: learning, execution))
    progress.show("rewriting \(source.path)")
    let result = try Optimizer(
      pipeline: pipeline, mode: mode, execution: execution, samples: samples
    ).run(on: source)
    let lowered = try opset.map { try result.model.downgraded(to: $0) }
    progress.show("writing \(output)")
    let pending = try PendingOutput(
      result.model, to: output, as: ModelFile.Format(path: output) ?? .edge,
      exporting: lowered?.model, isStripped: isStripped, includesInnerTypes: includesInnerTypes,
      progress: progress)
    var report = ConvertReport(source, result, pending, notes: given.notes)
    if mode != .off {
      progress.show("verifying \(output)")
      let written = try compare(
        result.model, with: pending, on: samples, within: lowered?.tolerance ?? .exact)
      report.add(written)
      guard written.verdict != .semanticChange else {
        progress.clear()
        try report.show(asJSON: asJSON)
        try writePage(report, source, result.model, on: samples)
        throw Failure(
          .verificationFailed, "\(output) is not written: it computes something else")
      }
    }
    progress.clear()
    try pending.commit()
    try report.show(asJSON: asJSON)
    try writePage(report, source, result.model, on: samples)
  }

  /// Executes source and result side by side and writes the page, where one was asked for.
  private func writePage(
    _ report: ConvertReport, _ source: PreparedModel, _ result: PreparedModel,
    on samples: [Sample]
  ) throws {
    guard let page else { return }
    let kept = result.history.records.filter { $0.rollbackReason == nil }
    var budget: Double?
    if case .lossy(let sum) = kept.reduce(.exact, { $0 + $1.contract }) { budget = sum }
    var findings: VerificationReport?
    var times: (before: OperatorTimes, after: OperatorTimes)?
    if mode != .off {
      progress.show("measuring \(output)")
      let verifier = Verifier(
        reference: try source.subject(execution), candidate: try result.subject(execution),
        options: Verifier.Options(budget: budget))
      do throws(OperatorError) {
        findings = try verifier.verify(samples)
      } catch {
        throw Failure(
          error, executing: source.path, isMadeUp: samples.contains(where: \.isMadeUp))
      }
      times = samples.first.flatMap(verifier.times)
      progress.clear()
    }
    let content = ConvertPage(
      report: report, source: source, result: result, findings: findings, times: times)
    try writeReport(content.html, to: page)
  }

  /// Executes the model that was written and the file, and compares what they compute.
  ///
  /// Unless operators were replaced for an older operator set, every bit must agree.
  private func compare(
    _ source: PreparedModel, with pending: PendingOutput, on samples: [Sample],
    within tolerance: Tolerance
  ) throws -> VerificationReport {
    let result = try pending.readBack()
    let (reference, candidate) = (try source.execution(execution), try result.execution(execution))
    var report = VerificationReport()
    for sample in samples {
      let expected = try source.run(reference, on: sample)
      let outputs = try result.run(candidate, on: sample)
      report.add(
        OutputComparison.comparing(
          outputs, to: expected, sample: sample.name, within: tolerance), of: sample.name)
    }
    return report
  }
}
