import ArgumentParser
import IR
import Operators
import Passes
import Verification

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
        ferry optimize model.onnx -o small.onnx --verify full --inputs images.npz
        ferry optimize model.onnx -o head.onnx --from features --to logits
        ferry optimize model.onnx -o out.onnx --set-dim batch=1
        ferry optimize model.onnx -o out.onnx --passes fold-constants,remove-dead
        ferry optimize model.onnx -o out.onnx --pipeline pipeline.json5
      """)

  @Argument(help: "An .onnx or .edge file.")
  var model: String

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("Where to write the result, an .onnx or .edge file.", valueName: "out"))
  var output: String

  @OptionGroup var passes: OptimizationOptions
  @OptionGroup var part: PartOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var execution: ExecutionOptions

  @Option(help: "What is executed: the model after each pass (full), at the end (fast), or off.")
  var verify = VerificationMode.fast

  @Flag(help: "Print one JSON document.")
  var json = false

  func validate() throws {
    guard ModelFile.Format(path: output) != nil else {
      throw ValidationError("the output \(output) must end in .onnx or .edge")
    }
  }

  func run() throws {
    let pipeline = try passes.makePipeline()
    let progress = Progress(isVisible: !json)
    progress.show("reading \(model)")
    let source = try part.apply(to: try ModelFile(reading: model).prepared(), data.sizes)
    if verify != .off, !source.report.opaqueOperators.isEmpty {
      throw Failure(.unsupported, source.unknownOperators)
    }
    progress.show("optimizing \(model)")
    let samples = verify == .off ? [] : try data.samples(for: source.model.graph)
    let result = try Optimizer(
      pipeline: pipeline, mode: verify, execution: execution, samples: samples
    ).run(on: source)
    progress.show("writing \(output)")
    let pending = try PendingOutput(
      result.model, to: output, as: ModelFile.Format(path: output) ?? .onnx,
      includesInnerTypes: false, progress: progress)
    try pending.commit()
    progress.clear()
    try OptimizeReport(source, result, pending).show(asJSON: json)
  }
}
