import IR
import Operators
import ArgumentParser
import Tensors
import Verification

/// Carries a model from one format to the other and proves the result.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Convert a model to .edge, or an .edge file back to ONNX, and verify the result.",
    discussion: """
      The result is executed beside the source and must compute the same bits;
      otherwise nothing is written. The name of the output decides on its format.

      EXAMPLES
        ferry convert model.onnx -o model.edge
        ferry convert model.onnx -o model.edge --inputs images.npz
        ferry convert model.onnx -o model.edge --strip --verify off
        ferry convert model.edge -o model.onnx
        ferry convert model.onnx -o older.onnx --opset 13
      """)

  enum Verification: String, ExpressibleByArgument, CaseIterable {
    case full
    case off
  }

  @Argument(help: "An .onnx or .edge file.")
  var model: String

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("Where to write the result, an .edge or .onnx file.", valueName: "out"))
  var output: String

  @OptionGroup var data: DataOptions
  @OptionGroup var execution: ExecutionOptions

  @Option(help: "Whether to execute source and result and compare them: full or off.")
  var verify = Verification.full

  @Option(
    help: ArgumentHelp(
      "Write the .onnx file for a version of the operator set ai.onnx.",
      discussion: """
        Every node takes the form that it has there; what has none is reported. Functions that \
        came later are written as the operators that they are made of, whose results may round \
        differently: within 1e-5, or 2e-3 with float16 and 1.6e-2 with bfloat16.
        """, valueName: "version"))
  var opset: Int?

  @Flag(
    help: ArgumentHelp(
      "Leave out names, lineage and annotations.",
      discussion: "Inputs and outputs keep their names, and the source's hash is kept."))
  var strip = false

  @Flag(help: "Print one JSON document.")
  var json = false

  func validate() throws {
    guard ModelFile.Format(path: output) != nil else {
      throw ValidationError("the output \(output) must end in .edge or .onnx")
    }
    guard let opset else { return }
    guard ModelFile.Format(path: output) == .onnx else {
      throw ValidationError("--opset is for .onnx files: .edge has one form of every operator")
    }
    let versions = Model.writableOperatorSets()
    guard versions.contains(opset) else {
      throw ValidationError(
        "--opset is \(opset); it takes a version from \(versions.lowerBound) to "
          + "\(versions.upperBound)")
    }
  }

  func run() throws {
    let progress = Progress(isVisible: !json)
    progress.show("reading \(model)")
    let source = try ModelFile(reading: model).prepared()
    if verify == .full, !source.report.opaqueOperators.isEmpty {
      throw Failure(.unsupported, source.unknownOperators)
    }
    let lowered = try opset.map { try source.downgraded(to: $0) }
    progress.show("writing \(output)")
    let pending = try PendingOutput(
      source, to: output, as: ModelFile.Format(path: output) ?? .edge, exporting: lowered?.model,
      isStripped: strip, progress: progress)
    var verification: VerificationReport?
    if verify == .full {
      progress.show("verifying \(output)")
      verification = try compare(source, with: pending, within: lowered?.tolerance ?? .exact)
    }
    progress.clear()
    if verification?.verdict == .different {
      try ConvertReport(source, pending, verification).show(asJSON: json)
      throw Failure(.verificationFailed, "\(output) is not written: it computes something else")
    }
    try pending.commit()
    try ConvertReport(source, pending, verification).show(asJSON: json)
  }

  /// Executes source and result on every sample and compares what they compute.
  ///
  /// No pass has run: unless operators were replaced, every bit must agree.
  private func compare(
    _ source: PreparedModel, with pending: PendingOutput, within tolerance: Tolerance
  ) throws -> VerificationReport {
    let result = try pending.readBack()
    let samples = try data.samples(for: source.model.graph)
    let verifier = Verifier(tolerance: tolerance)
    let (reference, candidate) = (try source.execution(execution), try result.execution(execution))
    var report = VerificationReport()
    for sample in samples {
      let expected = try source.run(reference, on: sample)
      let outputs = try result.run(candidate, on: sample)
      report.add(verifier.compare(outputs, to: expected, sample: sample.name), of: sample.name)
    }
    return report
  }
}
