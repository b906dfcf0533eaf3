import ArgumentParser
import IR
import ONNXFormat
import TensorFiles
import Tensors
import TestSupport
import Testing
import Verification

@testable import Commands

/// Inputs in which a symbol of the model has two sizes.
@Suite struct GivenInputTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Returns what a model of two vectors of a size is executed on.
  private func samples(_ node: String, _ sizes: Int...) throws -> SampleSet {
    let model = try Model(
      text: """
        model opset 22
        graph main(%a: float32[n], %b: float32[n]) -> (%y) {
          \(node)
          return %y
        }
        """)
    let path = try folder.file("model.onnx")
    try ONNXExporter.export(model, to: path)
    let arrays = zip(["a", "b"], sizes).map { name, size in
      NamedTensor(name, Tensor(shape: [size], scalars: [Float](repeating: 1, count: size)))
    }
    let data = try folder.file("in.npz")
    try NumPyArchive.write(arrays, to: data)
    return try ModelFile(reading: path).prepared()
      .samples(of: DataOptions.parse(["--inputs", data]), ExecutionOptions.parse([]))
  }

  @Test func areTakenWithoutANoteWhereTheyAgree() throws {
    #expect(try samples("%y = Add(%a, %b)", 3, 3).notes.isEmpty)
  }

  @Test func areNotedWhereTheModelCanBeExecuted() throws {
    let set = try samples("%y = Concat(%a, %b) {axis = 0}", 3, 4)
    #expect(set.samples.map(\.name) == ["in.npz"])
    #expect(
      set.notes == [
        "in.npz: n is 3 in \"a\" and 4 in \"b\"; the model declares one size, but can be executed"
      ])
  }

  @Test func areRefusedWhereItCannot() throws {
    let failure = #expect(throws: Failure.self) { try samples("%y = Add(%a, %b)", 3, 4) }
    #expect(failure?.status == .badInput)
    #expect(failure?.message.hasPrefix("in.npz: n is 3 in \"a\" and 4 in \"b\", ") == true)
  }
}
