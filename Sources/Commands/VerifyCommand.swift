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
      The first model is the reference. With --expect both are also compared with
      outputs that were computed elsewhere, by the training framework for example.

      EXAMPLES
        ferry verify model.onnx model.edge --inputs images.npz
        ferry verify a.onnx a.edge --inputs in.npz --expect out.npz --tolerance 1e-4
        ferry verify old.edge new.edge --set-dim batch=8 --seed 7 --json
      """)

  @Argument(help: "The reference: an .onnx or .edge file.")
  var reference: String

  @Argument(help: "The model to compare with it.")
  var candidate: String

  @OptionGroup var data: DataOptions
  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var bounds: ToleranceOptions

  @Option(
    help: ArgumentHelp(
      "Outputs that the models should have, in the layout of --inputs.", valueName: "data"))
  var expect: String?

  @Flag(help: "Execute both in 64-bit floating point, whatever the models declare.")
  var float64 = false

  @Flag(help: "Print one JSON document.")
  var json = false

  func run() throws {
    let first = try ModelFile(reading: reference).prepared()
    let second = try ModelFile(reading: candidate).prepared()
    let samples = try data.samples(for: first.model.graph)
    let progress = Progress(isVisible: !json)
    var report = VerifyReport(reference: reference, candidate: candidate, tolerance: bounds.value)
    let precision: Precision = float64 ? .float64 : .declared
    let left = try first.execution(execution, precision: precision)
    let right = try second.execution(execution, precision: precision)
    let expected = try expect.map { try Sample.readOutputs(from: $0, of: first.model.graph) }
    if let expected, expected.count != samples.count {
      throw Failure(
        .badInput,
        "\(expect ?? "") has \(counted(expected.count, "sample")), the inputs "
          + "have \(samples.count)")
    }
    let verifier = Verifier(tolerance: bounds.value)
    for (index, sample) in samples.enumerated() {
      progress.show("executing sample \(index + 1) of \(samples.count)")
      let outputs = try first.run(left, on: sample)
      let others = try second.run(right, on: sample)
      report.models.add(verifier.compare(others, to: outputs, sample: sample.name), of: sample.name)
      guard let want = expected?[index].values else { continue }
      report.addExpected(
        reference: verifier.compare(outputs, to: want, sample: sample.name),
        candidate: verifier.compare(others, to: want, sample: sample.name), sample: sample.name)
    }
    progress.clear()
    try report.show(asJSON: json)
    if report.verdict == .different {
      throw Failure(.verificationFailed, "\(candidate) does not compute what is expected")
    }
  }
}
