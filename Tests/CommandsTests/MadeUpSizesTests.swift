import ArgumentParser
import IR
import ONNXFormat
import Tensors
import TestSupport
import Testing
import Verification

@testable import Commands

/// Models that cannot be executed on made-up inputs of the least sizes.
@Suite struct MadeUpSizesTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = try folder.file("model.onnx")
  }

  /// Writes a model that makes parts of as many elements, times 3, of an input.
  private func write(_ shape: String, parts: Int = 2) throws {
    let model = try Model(
      text: """
        model opset 22
        graph main(%x: float32[\(shape)]) -> (%y) {
          const %parts: int64[3] = [-1, \(parts), 3]
          %v = Reshape(%x, %parts)
          %y = Relu(%v)
          return %y
        }
        """)
    try ONNXExporter.export(model, to: path)
  }

  private func statuses(_ options: String...) throws -> [Commands.ExitStatus] {
    let commands = [
      ["run", path], ["verify", path, path],
      ["convert", path, "-o", try folder.file("out.edge")],
      ["optimize", path, "-o", try folder.file("out.onnx"), "-O2"],
      ["optimize", path, "-o", try folder.file("out.onnx"), "--verify", "full"],
    ]
    return commands.map { Program.run($0 + options) }
  }

  @Test func areSearched() throws {
    try write("batch, size")
    #expect(try statuses().allSatisfy { $0 == .success })
    let prepared = try ModelFile(reading: path).prepared()
    let set = try prepared.samples(of: DataOptions.parse([]), ExecutionOptions.parse([]))
    #expect(set.samples.first?.values["x"]?.tensor?.shape == [1, 6])
    #expect(set.notes.count == 1)
    #expect(set.notes[0].hasPrefix("inputs are made up with batch=1, size=6, "))
  }

  @Test(arguments: ["3=3", "\"3\"=3", "3=6"])
  func areThoseOfANameThatIsANumber(size: String) throws {
    try write("2, \"3\"")
    let names = try ModelFile(reading: path).prepared()
      .samples(of: DataOptions.parse([]), ExecutionOptions.parse([])).notes
    #expect(names.isEmpty)
    #expect(try statuses("--set-dim", size).allSatisfy { $0 == .success })
  }

  @Test func areNamedWhereNoneDo() throws {
    try write("5, size, 7")
    #expect(try statuses("--set-dim", "size=6").allSatisfy { $0 == .success })
    #expect(try statuses("--set-dim", "size=1").allSatisfy { $0 == .usage })
    try write("size, 7", parts: 4001)
    #expect(try statuses().allSatisfy { $0 == .usage })
    let prepared = try ModelFile(reading: path).prepared()
    let failure = #expect(throws: Failure.self) {
      try prepared.samples(of: DataOptions.parse([]), ExecutionOptions.parse([]))
    }
    #expect(failure?.message.contains("with --set-dim size=SIZE, or give inputs") == true)
  }
}
