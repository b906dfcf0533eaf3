import ArgumentParser
import FoundationEssentials
import IR
import Operators
import Verification

/// Finds the smallest pair of models that shows what sets two models apart.
struct ReduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reduce",
    abstract: "Make the smallest pair of models that shows a difference between two models.",
    discussion: """
      The part of the candidate that differs is found by executing it piece by
      piece on values of the reference. Both parts become models of their own
      with small tensors and made-up numbers, as long as they differ in the same
      way. The folder has the models, an input, a page that says what differs and
      verify.sh, which ends with 1 as long as they do.

      EXAMPLES
        ferry reduce model.onnx converted.onnx -o difference
        ferry reduce model.onnx model.edge --inputs images.npz -o difference
        sh difference/verify.sh
      """)

  @Argument(help: "The reference: an .onnx or .edge file.")
  var reference: String

  @Argument(help: "The model that differs from it.")
  var candidate: String

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("The folder to write; it must not exist yet.", valueName: "folder"))
  var output: String

  @OptionGroup var data: DataOptions
  @OptionGroup var execution: ExecutionOptions

  @Flag(help: "Keep the names of values and nodes.")
  var keepNames = false

  @Flag(help: "Print one JSON document.")
  var json = false

  func run() throws {
    let progress = Progress(isVisible: !json)
    progress.show("reading \(reference)")
    let first = try ModelFile(reading: reference).prepared()
    let second = try ModelFile(reading: candidate).prepared()
    // Both models have to be known as a whole, even where a part is enough in the end.
    _ = (try first.execution(execution), try second.execution(execution))
    let missing = first.outputNames.filter { !second.outputNames.contains($0) }
    guard missing.isEmpty else {
      let names = missing.map { "\"\($0)\"" }.joined(separator: ", ")
      throw Failure(
        .usage, "\(candidate) has no output \(names); `ferry diff` shows both interfaces")
    }
    let samples = try first.notedSamples(of: data, execution)
    let folder = try ReproducerFolder(at: output)
    let reducer = Reducer { model, sample, precision, observe in
      let part = second.with(model)
      return try part.run(try part.execution(execution, precision: precision), on: sample) {
        value, _, result in
        observe(value, result)
      }
    }
    for (index, sample) in samples.enumerated() {
      progress.show("reducing on sample \(index + 1) of \(samples.count)")
      let reduction = try reducer.reduce(
        reference: first.model, candidate: second.model, on: sample, keepsNames: keepNames)
      guard let reduction else { continue }
      guard keepNames || !reduction.hasNames else {
        throw Failure(
          .unsupported,
          "the difference is gone without the models' names; keep them by --keep-names")
      }
      let contents = try folder.write(reduction, execution)
      progress.clear()
      return try ReduceReport(first, second, reduction, contents, in: output).show(asJSON: json)
    }
    progress.clear()
    throw Failure(
      .usage,
      "there is nothing to reduce: \(candidate) computes what \(reference) does on "
        + "\(counted(samples.count, "sample")), but for rounding; give other data with --inputs")
  }
}
