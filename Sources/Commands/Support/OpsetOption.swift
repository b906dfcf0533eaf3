import ArgumentParser
import IR
import Operators

/// The option that names the operator set of an .onnx file.
struct OpsetOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the .onnx file for a version of the operator set ai.onnx.",
      discussion: """
        Every node takes the form that it has there; what has none is reported. Functions that \
        came later are written as the operators that they are made of, whose results may round \
        differently: within 1e-5, or 2e-3 with float16 and 1.6e-2 with bfloat16.
        """, valueName: "version"))
  var opset: Int?

  /// Checks the version, and that the output at `path` has one.
  func check(for path: String) throws {
    guard let format = ModelFile.Format(path: path) else {
      throw ValidationError("the output \(path) must end in .edge or .onnx")
    }
    guard let opset else { return }
    guard format == .onnx else {
      throw ValidationError("--opset is for .onnx files: .edge has one form of every operator")
    }
    let versions = Model.writableOperatorSets()
    guard versions.contains(opset) else {
      throw ValidationError(
        "--opset is \(opset); it takes a version from \(versions.lowerBound) to "
          + "\(versions.upperBound)")
    }
  }
}
