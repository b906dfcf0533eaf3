import ArgumentParser
import IR
import Tensors
import Verification

/// Shows what sets two models apart.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what sets two models apart: interface, operators, weights and size.",
    discussion: """
      Weights are compared by name, and by content where names differ. With
      --inputs both models are executed and their outputs are compared too.

      EXAMPLES
        ferry diff model.onnx optimized.onnx
        ferry diff v1.edge v2.edge --inputs images.npz
        ferry diff a.onnx b.onnx --json
      """)

  @Argument(help: "The model that changes are counted from.")
  var first: String

  @Argument(help: "The model to compare with it.")
  var second: String

  @OptionGroup var data: DataOptions
  @OptionGroup var execution: ExecutionOptions

  @Flag(help: "Print one JSON document.")
  var json = false

  func run() throws {
    let left = try ModelFile(reading: first)
    let right = try ModelFile(reading: second)
    var report = DiffReport(left, right)
    if data.inputs != nil { report.add(try changes(from: left, to: right)) }
    try report.show(asJSON: json)
  }

  /// Executes both models and compares the outputs that both have.
  private func changes(from first: ModelFile, to second: ModelFile) throws -> VerificationReport {
    let (left, right) = (try first.prepared(), try second.prepared())
    let (before, after) = (try left.execution(execution), try right.execution(execution))
    var report = VerificationReport()
    let samples = try left.notedSamples(of: data, execution)
    for sample in samples {
      let expected = try left.run(before, on: sample)
      let outputs = try right.run(after, on: sample)
      let shared = expected.filter { outputs[$0.key] != nil }
      report.add(
        OutputComparison.comparing(outputs, to: shared, sample: sample.name, within: .exact),
        of: sample.name)
    }
    return report
  }
}
