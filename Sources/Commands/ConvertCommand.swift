import ArgumentParser
import Passes

/// Carries a model from one format to the other and proves the result.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Convert a model to .edge, or an .edge file back to ONNX, and verify the result.",
    discussion: """
      The result is executed beside the source and must compute the same bits;
      otherwise nothing is written. The name of the output decides on its format.
      No pass runs unless -O, --passes or --pipeline asks for it.

      EXAMPLES
        ferry convert model.onnx -o model.edge
        ferry convert model.onnx -o model.edge --inputs images.npz
        ferry convert model.onnx -o model.edge -O2 --report model.html
        ferry convert model.onnx -o model.edge --strip --verify off
        ferry convert model.edge -o model.onnx
        ferry convert model.onnx -o older.onnx --opset 13
      """)

  @Argument(help: "An .onnx or .edge file.")
  var model: String

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("Where to write the result, an .edge or .onnx file.", valueName: "out"))
  var output: String

  @OptionGroup var passes: OptimizationOptions
  @OptionGroup var target: OpsetOption
  @OptionGroup var data: DataOptions
  @OptionGroup var calibration: CalibrationOptions
  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var page: ReportOptions

  @Option(
    help: "What is executed: source and result, and the model after each pass (full) or not (fast)."
  )
  var verify = VerificationMode.full

  @Flag(
    help: ArgumentHelp(
      "Leave out names, lineage and annotations.",
      discussion: "Inputs and outputs keep their names, and the source's hash is kept."))
  var strip = false

  @Flag(help: "Print one JSON document.")
  var json = false

  func validate() throws { try target.check(for: output) }

  func run() throws {
    let progress = Progress(isVisible: !json)
    let conversion = Conversion(
      output: output, pipeline: try passes.pipeline(orLevel: .none), mode: verify,
      execution: execution, calibration: calibration, opset: target.opset,
      isStripped: strip, page: page.report, progress: progress)
    progress.show("reading \(model)")
    try conversion.run(try ModelFile(reading: model).prepared(), on: data, asJSON: json)
  }
}
