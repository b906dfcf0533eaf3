import IR
import TensorFiles
import Tensors
import TestSupport
import Testing
import Verification

@Suite struct SampleDeclarationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let image: ValueType = .tensor(.float32, [.symbol("n"), 2])

  private func read(
    _ arrays: [String: Tensor], for types: KeyValuePairs<String, ValueType>
  ) throws -> (sample: Sample, graph: Graph) {
    var graph = Graph()
    for (name, type) in types { graph.addInput(named: name, type: type) }
    let path = try folder.file("x.npz")
    try NumPyArchive.write(arrays.map { NamedTensor($0.key, $0.value) }, to: path)
    return (try #require(try Sample.read(from: path, for: graph).first), graph)
  }

  @Test func namesTheTypeThatNumPyMakesByItself() throws {
    let error = #expect(throws: SampleError.self) {
      try read(["x": Tensor(shape: [1, 2], scalars: [1, 2] as [Double])], for: ["x": Self.image])
    }
    #expect(
      error?.message == "x.npz: the input \"x\" is float64[1, 2], the model declares float32[n, 2]")
    #expect(
      error?.remedy
        == "float64 is what NumPy makes unless it is told otherwise: convert the array by "
        + ".astype(numpy.float32)")
  }

  @Test(arguments: [[1, 3], [2], [2, 1, 2, 1]])
  func namesAShapeThatIsNotTheDeclaredOne(shape: [Int]) throws {
    let tensor = Tensor(shape: shape, scalars: [Float](repeating: 0, count: shape.reduce(1, *)))
    let error = #expect(throws: SampleError.self) {
      try read(["x": tensor], for: ["x": Self.image])
    }
    #expect(
      error?.message
        == "x.npz: the input \"x\" is float32\(shape), the model declares float32[n, 2]")
  }

  @Test func takesAnySizeOfASymbol() throws {
    let tensor = Tensor(shape: [5, 2], scalars: [Float](repeating: 0, count: 10))
    let (sample, graph) = try read(["x": tensor], for: ["x": Self.image])
    #expect(sample.values["x"] == .tensor(tensor))
    #expect(sample.contradictions(in: graph).isEmpty)
  }

  @Test func narrowsWhatNumPyHasNoTypeFor() throws {
    let types: KeyValuePairs<String, ValueType> = [
      "x": .tensor(.bfloat16, [2]), "k": .tensor(.int4, [2]),
    ]
    let whole = Tensor(shape: [2], scalars: [-8, 7] as [Int8])
    let sample = try read(
      ["x": Tensor(shape: [2], scalars: [0.5, -3] as [Float]), "k": whole], for: types
    ).sample
    #expect(sample.values["x"]?.tensor?.elementType == .bfloat16)
    #expect(sample.values["k"]?.tensor?.elementType == .int4)
    let error = #expect(throws: SampleError.self) {
      try read(["x": Tensor(shape: [2], scalars: [0.1, 0] as [Float]), "k": whole], for: types)
    }
    #expect(error?.remedy == "give numbers that bfloat16 has")
  }

  @Test func namesASymbolOfTwoSizes() throws {
    let (sample, graph) = try read(
      [
        "x": Tensor(shape: [3, 2], scalars: [Float](repeating: 0, count: 6)),
        "y": Tensor(shape: [4], scalars: [Float](repeating: 0, count: 4)),
      ], for: ["x": Self.image, "y": .tensor(.float32, [.symbol("n")])])
    #expect(sample.contradictions(in: graph) == ["n is 3 in \"x\" and 4 in \"y\""])
  }
}
