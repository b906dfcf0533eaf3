import ArgumentParser
import Passes

/// Rewrites a model and holds every pass to its contract.
struct OptimizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimize",
    abstract: "Rewrite a model into a smaller, faster one and verify the result.",
    discussion: """
      Every pass states what it may change: nothing (exact), rounding
      (reassociating) or more within a budget (lossy). A pass that breaks its
      contract is taken back and reported. With --verify full the change of the
      outputs is measured pass by pass.

      EXAMPLES
        ferry optimize model.onnx -o small.onnx
        ferry optimize model.onnx -o same.onnx -O1
        ferry optimize model.onnx -o small.onnx --verify full --report small.html
        ferry optimize model.onnx -o head.onnx --from features --to logits
        ferry optimize model.onnx -o fixed.onnx --set-dim batch=1 --opset 13
        ferry optimize model.onnx -o out.onnx --passes fold-constants,remove-dead
        ferry optimize model.onnx -o out.onnx --pipeline pipeline.json5 --calibration images.npz
      """)

  @Argument(help: "An .onnx or .edge file.")
  var model: String

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("Where to write the result, an .onnx or .edge file.", valueName: "out"))
  var output: String

  @OptionGroup var passes: OptimizationOptions
  @OptionGroup var part: PartOptions
  @OptionGroup var target: OpsetOption
  @OptionGroup var data: DataOptions
  @OptionGroup var calibration: CalibrationOptions
  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var page: ReportOptions

  @Option(help: "What is executed: the model after each pass (full), at the end (fast), or off.")
  var verify = VerificationMode.fast

  @Flag(help: "Print one JSON document.")
  var json = false

  func validate() throws { try target.check(for: output) }

  func run() throws {
    let progress = Progress(isVisible: !json)
    let conversion = Conversion(
      output: output, pipeline: try passes.pipeline(orLevel: .standard), mode: verify,
      execution: execution, calibration: calibration, opset: target.opset,
      includesInnerTypes: false, page: page.report, progress: progress)
    progress.show("reading \(model)")
    let source = try part.apply(to: try ModelFile(reading: model).prepared(), data.sizes)
    try conversion.run(source, on: data, asJSON: json)
  }
}
