import Foundation
import TestSupport
import Testing

@testable import Commands

/// Runs the program as a user does, on the model that the demo shows.
@Suite struct EndToEndTests {
  static let model = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/Models/digits-cnn").path

  let folder: TemporaryFolder
  let edge: String

  init() throws {
    folder = try TemporaryFolder()
    edge = try folder.file("model.edge")
  }

  func convert(_ options: String...) -> Commands.ExitStatus {
    Program.run(["convert", "\(Self.model)/model.onnx", "-o", edge] + options)
  }

  @Test func convertsAndVerifies() throws {
    #expect(convert("--inputs", "\(Self.model)/inputs.npz") == .success)
    #expect(folder.files == ["model.edge"])
    let status = Program.run([
      "verify", "\(Self.model)/model.onnx", edge, "--inputs", "\(Self.model)/inputs.npz",
      "--expect", "\(Self.model)/outputs.npz", "--json",
    ])
    #expect(status == .success)
  }

  @Test func returnsToONNX() throws {
    #expect(convert("--verify", "off") == .success)
    let onnx = try folder.file("back.onnx")
    #expect(Program.run(["convert", edge, "-o", onnx, "--set-dim", "batch=2"]) == .success)
    #expect(Program.run(["verify", onnx, edge, "--seed", "3"]) == .success)
  }

  @Test func writesTheSameBytesTwice() throws {
    #expect(convert("--verify", "off") == .success)
    let first = try Data(contentsOf: URL(fileURLWithPath: edge))
    #expect(convert("--verify", "off") == .success)
    #expect(try Data(contentsOf: URL(fileURLWithPath: edge)) == first)
  }

  @Test func runsAndInspects() throws {
    #expect(convert("--verify", "off") == .success)
    let outputs = try folder.file("outputs.npz")
    let trace = try folder.file("trace.npz")
    let inputs = "\(Self.model)/inputs.npz"
    let status = Program.run([
      "run", edge, "--inputs", inputs, "--outputs", outputs, "--trace", trace, "--float64",
    ])
    #expect(status == .success)
    #expect(folder.files == ["model.edge", "outputs.npz", "trace.npz"])
    for options in [["--json"], ["--text"], []] {
      #expect(Program.run(["inspect", edge] + options) == .success)
    }
    #expect(Program.run(["operators"]) == .success)
  }

  @Test func keepsToTheMemoryLimit() throws {
    let model = "\(Self.model)/model.onnx"
    #expect(Program.run(["run", model, "--memory-limit", "1GiB"]) == .success)
    #expect(Program.run(["run", model, "--memory-limit", "64"]) == .badInput)
  }

  @Test func failsWhenOutputsAreNotAsExpected() throws {
    #expect(convert("--verify", "off") == .success)
    let status = Program.run([
      "verify", "\(Self.model)/model.onnx", edge, "--inputs", "\(Self.model)/inputs.npz",
      "--expect", "\(Self.model)/outputs.npz", "--tolerance", "0",
    ])
    #expect(status == .verificationFailed)
  }

  @Test(arguments: [
    [], ["convert"], ["convert", "model.onnx", "-o", "model.txt"], ["frobnicate"],
    ["verify", "a", "b", "--tolerance", "-1"], ["run", "a", "--memory-limit", "some"],
    ["run", "a", "--memory-limit", "99999999999GiB"], ["run", "a", "--set-dim", "batch"],
  ])
  func namesWrongUsage(arguments: [String]) {
    // Without arguments the program shows its help, which is no mistake.
    #expect(Program.run(arguments) == (arguments.isEmpty ? .success : .usage))
  }

  @Test(arguments: [[], [1, 2, 3], Array("EDG1 is no model".utf8)] as [[UInt8]])
  func refusesDamagedFilesAndLeavesNothing(bytes: [UInt8]) throws {
    let source = try folder.file("damaged.onnx", bytes)
    #expect(Program.run(["convert", source, "-o", edge]) == .badInput)
    #expect(folder.files == ["damaged.onnx"])
  }

  @Test func refusesAMissingFile() throws {
    #expect(Program.run(["inspect", folder.path + "/missing.onnx"]) == .badInput)
  }

  @Test func saysWhereAnOutputCannotBeWritten() {
    let status = Program.run([
      "convert", "\(Self.model)/model.onnx", "-o", "\(folder.path)/missing/model.edge",
    ])
    #expect(status == .usage)
  }

  @Test(arguments: ["7", "9", "13", "21"])
  func writesOlderOperatorSets(version: String) throws {
    let older = try folder.file("older.onnx")
    let status = Program.run([
      "convert", "\(Self.model)/model.onnx", "-o", older, "--opset", version, "--inputs",
      "\(Self.model)/inputs.npz",
    ])
    #expect(status == .success)
    #expect(Program.run(["inspect", older]) == .success)
  }

  @Test(arguments: [["older.onnx", "6"], ["older.onnx", "99"], ["older.edge", "13"]])
  func refusesOperatorSetsThatCannotBeWritten(arguments: [String]) throws {
    let status = Program.run([
      "convert", "\(Self.model)/model.onnx", "-o", "\(folder.path)/\(arguments[0])", "--opset",
      arguments[1],
    ])
    #expect(status == .usage)
    #expect(folder.files == [])
  }
}
