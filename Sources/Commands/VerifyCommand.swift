import IR
import ArgumentParser
import Operators
import Tensors
import Verification

/// Executes two models and compares what they compute.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Execute two models on the same inputs and compare their outputs.",
    discussion: """
      The first model is the reference. It is executed in its own types and in 64
      bits: the distance shows what rounding does on this input, and the candidate is
      judged by it. When something else is computed, the first node that does so is
      named. With --expect both are also compared with outputs that were computed
      elsewhere, by the training framework for example.

      EXAMPLES
        ferry verify model.onnx model.edge --inputs images.npz
        ferry verify a.onnx a.edge --inputs in.npz --expect out.npz
        ferry verify float.onnx quantized.edge --inputs images.npz --budget 0.05
        ferry verify old.edge new.edge --set-dim batch=8 --seed 7 --json
        ferry verify a.onnx a.edge --report a.html --junit a.xml --sarif a.sarif
      """)

  @Argument(help: "The reference: an .onnx or .edge file.")
  var reference: String

  @Argument(help: "The model to compare with it.")
  var candidate: String

  @OptionGroup var data: DataOptions
  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var search: SearchOptions
  @OptionGroup var bounds: ToleranceOptions
  @OptionGroup var page: ReportOptions
  @OptionGroup var files: MachineReportOptions

  @Option(
    help: ArgumentHelp(
      "Outputs that the models should have, in the layout of --inputs.", valueName: "data"))
  var expect: String?

  @Flag(help: "Execute both in 64-bit floating point, whatever the models declare.")
  var float64 = false

  @Flag(help: "Show the error of every value inside of the models too.")
  var layers = false

  @Flag(help: "Print one JSON document.")
  var json = false

  func run() throws {
    let first = try ModelFile(reading: reference).prepared()
    let second = try ModelFile(reading: candidate).prepared()
    let given = try first.samples(of: data, execution)
    var samples = given.samples
    let progress = Progress(isVisible: !json)
    let expected = try expect.map { try Sample.readOutputs(from: $0, of: first.model.graph) }
    if let expected,
      expected.count > samples.count || (expected.count < samples.count && !data.makesMore)
    {
      throw Failure(
        .badInput,
        "\(expect ?? "") has \(counted(expected.count, "sample")), the inputs "
          + "have \(samples.count)")
    }
    let options = bounds.options(precision: float64 ? .float64 : .declared)
    if let expected, let empty = expected.first(where: \.values.isEmpty) {
      throw Failure(.badInput, "\(empty.name) has none of the outputs of \(reference)")
    }
    let verifier = Verifier(
      reference: try first.subject(execution), candidate: try second.subject(execution),
      options: options)
    var found: DivergenceSearch.Result?
    if let hasTime = search.budget() {
      let ranges = try data.searchRanges(for: first.model.graph, like: samples)
      var course = DivergenceSearch(from: samples, ranges: ranges, seed: data.seed)
      found = try course.run {
        progress.show("searching, \($0) samples")
        return hasTime($0)
      } measuring: {
        try verifier.divergence(on: $0)
      }
      if let sample = found?.sample, !samples.contains(where: { $0.name == sample.name }) {
        samples.append(sample)
      }
    }
    let findings: VerificationReport
    do throws(OperatorError) {
      let count = samples.count
      findings = try verifier.verify(samples, expected: expected?.map(\.values)) { index in
        progress.show("executing sample \(index + 1) of \(count)")
      }
    } catch {
      throw Failure(error, executing: reference, isMadeUp: samples.contains(where: \.isMadeUp))
    }
    progress.clear()
    let report = VerifyReport(
      reference: reference, candidate: candidate, bounds: options, findings: findings,
      search: found, notes: given.notes, showsLayers: layers, page: page.report)
    try report.show(asJSON: json)
    let times = page.report == nil ? nil : samples.first.flatMap(verifier.times)
    try write(report, VerifyPage(report: report, reference: first, candidate: second, times: times))
    if findings.verdict == .semanticChange {
      throw Failure(.verificationFailed, "\(candidate) does not compute what is expected")
    }
  }

  /// Writes the reports that options ask for.
  private func write(_ report: VerifyReport, _ content: VerifyPage) throws {
    if let path = files.junit { try writeReport(JUnitReport(report).text, to: path) }
    if let path = files.sarif {
      try writeReport(try Console.jsonText(of: SARIFReport(report)) + "\n", to: path)
    }
    if let path = page.report { try writeReport(content.html, to: path) }
  }
}
