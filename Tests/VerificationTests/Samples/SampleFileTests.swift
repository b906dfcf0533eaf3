import IR
import TensorFiles
import Tensors
import TestSupport
import Testing
import Verification

@Suite struct SampleFileTests {
  let folder: TemporaryFolder
  var graph = Graph()

  init() throws {
    folder = try TemporaryFolder()
    graph.addInput(named: "x", type: .tensor(.float32, [.symbol("batch"), 2]))
    graph.addInput(named: "k", default: Tensor(scalar: Float(1)))
  }

  static func tensor(_ shape: [Int]) -> Tensor {
    Tensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map(Float.init))
  }

  @Test func readsAnArchiveAsOneSample() throws {
    let path = try folder.file("data.npz")
    try NumPyArchive.write([NamedTensor("x", Self.tensor([3, 2]))], to: path)
    let samples = try Sample.read(from: path, for: graph)
    #expect(samples.map(\.name) == ["data.npz"])
    #expect(samples[0].values == ["x": .tensor(Self.tensor([3, 2]))])
  }

  @Test func splitsALeadingAxisIntoSamples() throws {
    let path = try folder.file("data.npz")
    try NumPyArchive.write([NamedTensor("x", Self.tensor([2, 1, 2]))], to: path)
    let samples = try Sample.read(from: path, for: graph)
    #expect(samples.map(\.name) == ["data.npz[0]", "data.npz[1]"])
    #expect(
      samples[1].values["x"] == .tensor(Tensor(shape: [1, 2], scalars: [2, 3] as [Float])))
  }

  @Test func readsAFolderOfArchivesInOrder() throws {
    for name in ["b.npz", "a.npz"] {
      try NumPyArchive.write([NamedTensor("x", Self.tensor([1, 2]))], to: folder.file(name))
    }
    #expect(try Sample.read(from: folder.path, for: graph).map(\.name) == ["a.npz", "b.npz"])
  }

  @Test func readsAFolderOfArrays() throws {
    try NumPyArray.write(Self.tensor([1, 2]), to: folder.file("x.npy"))
    let samples = try Sample.read(from: folder.path, for: graph)
    #expect(samples.map(\.values) == [["x": .tensor(Self.tensor([1, 2]))]])
  }

  @Test func namesArraysThatAreNoInputs() throws {
    let path = try folder.file("data.npz")
    try NumPyArchive.write([NamedTensor("y", Self.tensor([1, 2]))], to: path)
    let error = #expect(throws: SampleError.self) { try Sample.read(from: path, for: graph) }
    #expect(error?.message == "data.npz has an array \"y\", which is no input of the model")
    #expect(error?.remedy == "the inputs are \"x\", \"k\"")
  }

  @Test func namesInputsWithoutValues() throws {
    let path = try folder.file("data.npz")
    try NumPyArchive.write([NamedTensor("k", Tensor(scalar: Float(2)))], to: path)
    let error = #expect(throws: SampleError.self) { try Sample.read(from: path, for: graph) }
    #expect(error?.message == "data.npz has no values for \"x\"")
  }

  @Test func saysWhichFileIsDamaged() throws {
    let path = try folder.file("data.npz", [1, 2, 3])
    let error = #expect(throws: SampleError.self) { try Sample.read(from: path, for: graph) }
    #expect(error?.message.contains("data.npz") == true)
  }
}
