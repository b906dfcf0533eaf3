import Foundation
import TestSupport
import Testing

@testable import Commands

/// Rewrites the model that the demo shows.
@Suite struct OptimizeTests {
  let folder: TemporaryFolder
  let result: String

  init() throws {
    folder = try TemporaryFolder()
    result = try folder.file("result.onnx")
  }

  func optimize(_ options: String...) -> Commands.ExitStatus {
    Program.run(["optimize", "\(EndToEndTests.model)/model.onnx", "-o", result] + options)
  }

  func verify(_ options: String...) -> Commands.ExitStatus {
    Program.run(["verify", "\(EndToEndTests.model)/model.onnx", result] + options)
  }

  @Test(arguments: ["full", "fast", "off"]) func keepsEveryBitAtTheFirstLevel(mode: String) {
    #expect(optimize("-O1", "--verify", mode) == .success)
    #expect(verify() == .success)
  }

  @Test func roundsAtTheSecondLevel() {
    #expect(
      optimize("--verify", "full", "--inputs", "\(EndToEndTests.model)/inputs.npz") == .success)
    #expect(verify("--tolerance", "1e-4") == .success)
  }

  @Test func writesTheSameBytesTwice() throws {
    #expect(optimize("--verify", "off") == .success)
    let first = try Data(contentsOf: URL(fileURLWithPath: result))
    #expect(optimize("--verify", "off") == .success)
    #expect(try Data(contentsOf: URL(fileURLWithPath: result)) == first)
  }

  @Test func runsAPipelineFile() throws {
    let text =
      "{ level: 1, passes: [{ pass: 'fuse-epilogues', layers: [{ name: '*', enabled: false }] },] }"
    let pipeline = try folder.file("pipeline.json5", Array(text.utf8))
    #expect(optimize("--pipeline", pipeline) == .success)
    #expect(verify() == .success)
  }

  @Test func prunesBeforeALevelFuses() throws {
    let text = "{ level: 2, passes: [{ pass: 'prune-channels', ratio: 0.5 }] }"
    let pipeline = try folder.file("pipeline.json5", Array(text.utf8))
    #expect(optimize("--pipeline", pipeline, "--verify", "off") == .success)
    let model = "\(EndToEndTests.model)/model.onnx"
    let sizes = try [model, result].map { try Data(contentsOf: URL(fileURLWithPath: $0)).count }
    #expect(sizes[1] < sizes[0] * 3 / 4)
    #expect(optimize("-O1", "--passes", "prune-channels") == .success)
  }

  static let mistakes: [(text: String, status: Commands.ExitStatus)] = [
    ("{ passes: ['no-such-pass'] }", .usage), ("{ level: 4 }", .usage), ("{ level: ", .usage),
    ("{ passes: [{ pass: 'fold-constants', size: 1 }] }", .usage),
    ("{ passes: [{ pass: 'fold-constants', growth: 'much' }] }", .usage),
    ("{ passes: [{ pass: 'prune-weights', scope: 1e300 }] }", .usage),
    ("{ steps: [] }", .usage), ("{ passes: [{ sparsity: 1 }] }", .usage),
  ]

  @Test(arguments: mistakes)
  func refusesAPipelineFile(text: String, status: Commands.ExitStatus) throws {
    let pipeline = try folder.file("pipeline.json5", Array(text.utf8))
    #expect(optimize("--pipeline", pipeline) == status)
    #expect(folder.files == ["pipeline.json5"])
  }

  @Test func refusesWhatThereIsNot() {
    #expect(optimize("--passes", "no-such-pass") == .usage)
    #expect(optimize("-O4") == .usage)
    #expect(optimize("--from", "no such value") == .usage)
    #expect(optimize("--set-dim", "nothing=3") == .usage)
    #expect(optimize("--passes", "remove-dead", "--pipeline", "x.json5") == .usage)
    #expect(folder.files.isEmpty)
  }

  @Test func fixesDimensionsAndWritesOlderOperatorSets() {
    #expect(optimize("--set-dim", "batch=2", "--opset", "11") == .success)
    #expect(verify("--set-dim", "batch=2", "--tolerance", "1e-4") == .success)
  }

  @Test func storesPrunedWeightsSparseInEdgeFiles() throws {
    let text = "{ passes: [{ pass: 'prune-weights', sparsity: 0.9, compensate: 'none' }] }"
    let pipeline = try folder.file("pipeline.json5", Array(text.utf8))
    #expect(optimize("--pipeline", pipeline, "--verify", "off") == .success)
    let edge = try folder.file("result.edge")
    #expect(Program.run(["convert", result, "-o", edge]) == .success)
    let sizes = try [result, edge].map { try Data(contentsOf: URL(fileURLWithPath: $0)).count }
    #expect(sizes[1] < sizes[0] / 5)
    for options in [["--json"], ["--text"], []] {
      #expect(Program.run(["inspect", edge] + options) == .success)
    }
    let back = try folder.file("back.onnx")
    #expect(Program.run(["convert", edge, "-o", back]) == .success)
    #expect(Program.run(["diff", result, back]) == .success)
    #expect(Program.run(["verify", result, back]) == .success)
  }

  @Test func recordsPassesInEdgeFiles() throws {
    let edge = try folder.file("result.edge")
    let model = "\(EndToEndTests.model)/model.onnx"
    #expect(Program.run(["convert", model, "-o", edge, "-O2"]) == .success)
    for options in [["--lineage"], ["--json"], []] {
      #expect(Program.run(["inspect", edge] + options) == .success)
    }
    #expect(Program.run(["inspect", edge, "--lineage", "--text"]) == .usage)
    #expect(
      Program.run(["diff", model, edge, "--inputs", "\(EndToEndTests.model)/inputs.npz"])
        == .success)
    #expect(Program.run(["passes"]) == .success)
  }
}
