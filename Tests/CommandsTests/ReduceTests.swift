import FormatSupport
import Foundation
import IR
import ONNXFormat
import Operators
import TestSupport
import Testing

@testable import Commands

/// Reduces the model that the demo shows and a copy with a bug.
@Suite struct ReduceTests {
  static let model = "\(EndToEndTests.model)/model.onnx"
  static let inputs = "\(EndToEndTests.model)/inputs.npz"

  let folder: TemporaryFolder
  let broken: String
  let result: String

  init() throws {
    folder = try TemporaryFolder()
    broken = try folder.file("broken.onnx")
    result = try folder.file("difference")
  }

  /// Writes the model with another operator in the place of its first `Relu`.
  func breakModel() throws {
    var model = try ONNXImporter.importModel(path: Self.model).model
    let node = try #require(model.graph.nodes.first { model.graph[$0].operatorID.name == "Relu" })
    model.graph.update(node) { $0.operatorID.name = "Sigmoid" }
    try ONNXExporter.export(model, to: broken)
  }

  func reduce(_ options: String...) -> Commands.ExitStatus {
    Program.run(["reduce", Self.model, broken, "-o", result, "--inputs", Self.inputs] + options)
  }

  func text(_ name: String) throws -> String {
    try String(contentsOf: URL(fileURLWithPath: "\(result)/\(name)"), encoding: .utf8)
  }

  @Test func writesAFolderThatShowsTheDifference() throws {
    try breakModel()
    #expect(reduce() == .success)
    #expect(folder.files == ["broken.onnx", "difference"])
    let files = try FileManager.default.contentsOfDirectory(atPath: result).sorted()
    #expect(
      files == ["README.md", "candidate.onnx", "inputs.npz", "reference.onnx", "verify.sh"])
    let verify = [
      "verify", "\(result)/reference.onnx", "\(result)/candidate.onnx", "--inputs",
      "\(result)/inputs.npz",
    ]
    #expect(Program.run(verify) == .verificationFailed)
    #expect(try text("verify.sh").contains("ferry verify reference.onnx candidate.onnx"))
    let page = try text("README.md")
    #expect(page.contains("Sigmoid"))
    #expect(page.contains("1 and 1"))
  }

  @Test func writesTheSameBytesTwice() throws {
    try breakModel()
    #expect(reduce("--json") == .success)
    let first = try text("README.md")
    try FileManager.default.removeItem(atPath: result)
    #expect(reduce() == .success)
    #expect(try text("README.md") == first)
  }

  @Test func writesNothingForEqualModels() throws {
    #expect(
      Program.run(["reduce", Self.model, Self.model, "-o", result, "--inputs", Self.inputs])
        == .usage)
    #expect(folder.files.isEmpty)
  }

  @Test func leavesAFolderAloneThatHasFiles() throws {
    try breakModel()
    try FileManager.default.createDirectory(atPath: result, withIntermediateDirectories: false)
    try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(result)/README.md"))
    #expect(reduce() == .usage)
    #expect(try text("README.md") == "mine")
  }
}
