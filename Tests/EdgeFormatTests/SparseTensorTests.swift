import EdgeFormat
import FormatSupport
import IR
import Tensors
import Testing

/// Tensors with many zeros are smaller in the file and the same in the model.
@Suite struct SparseTensorTests {
  private func model(of tensors: [Tensor]) -> Model {
    var graph = Graph()
    for (index, tensor) in tensors.enumerated() { graph.addConstant(tensor, named: "c\(index)") }
    return Model(graph: graph)
  }

  private func constants(of file: EdgeFile) throws -> [Tensor] {
    let graph = try file.model().graph
    return graph.values.compactMap { graph.constant(of: $0) }
  }

  /// Floats of which each `step`-th is not zero.
  private func tensor(_ shape: [Int], step: Int) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor(shape: shape, scalars: (0..<count).map { $0 % step == 0 ? Float($0 + 1) : 0 })
  }

  @Test func storesWhatIsSparseWithAMask() throws {
    let tensors = [tensor([50, 40], step: 4), tensor([2, 1000], step: 1), tensor([500], step: 4)]
    let file = try EdgeFile(fileBytes(of: model(of: tensors)), verifyingHashes: true)
    #expect(file.header.requiredFeatures == .sparseLayouts)
    #expect(file.encodedTensors.map(\.encoding) == ["bitmask"])
    #expect(file.encodedTensors.map(\.count) == [1])
    #expect(file.encodedTensors.map(\.storedBytes) == [250 + 2000])
    #expect(file.encodedTensors.map(\.denseBytes) == [8000])
    let copies = try constants(of: file)
    #expect(copies.map { $0.storage.sparse != nil } == [true, false, false])
    #expect(copies == tensors)
  }

  @Test func keepsNegativeZerosAndNumbersThatAreNone() throws {
    var scalars = [Float](repeating: 0, count: 1000)
    (scalars[1], scalars[998]) = (-0.0, Float(bitPattern: 0xffc0_0001))
    let tensor = Tensor(shape: [1000], scalars: scalars)
    let file = try EdgeFile(fileBytes(of: model(of: [tensor])))
    let copy = try #require(constants(of: file).first)
    #expect(copy.storage.sparse?.values.count == 2)
    #expect(copy == tensor)
  }

  @Test(arguments: [1, 2, 200])
  func givesTheSameBytesWhenWrittenAgain(_ step: Int) throws {
    let tensors = [
      tensor([64, 64], step: 5 * step), tensor([4096], step: 5 * step), tensor([600], step: 3),
      Tensor(shape: [1000], scalars: [Int64](repeating: 0, count: 1000)),
    ]
    let bytes = try fileBytes(of: model(of: tensors + tensors))
    let file = try EdgeFile(bytes)
    #expect(file.encodedTensors.map(\.count) == [4])
    #expect(try fileBytes(of: file.model()) == bytes)
    #expect(try constants(of: file) == tensors + tensors)
  }

  @Test func storesAllDenseIfWanted() throws {
    let bytes = try fileBytes(of: model(of: [tensor([50, 40], step: 4)])) {
      $0.storesSparse = false
    }
    let file = try EdgeFile(bytes)
    #expect(file.header.requiredFeatures == [])
    #expect(file.sections.first?.length == 8000)
  }

  @Test func writesMasksAndElementsPieceByPiece() throws {
    // Elements and masks lie in several of the pieces that are written at once.
    let tensors = [tensor([2200, 1000], step: 2), tensor([300], step: 3), tensor([1000], step: 3)]
    let file = try EdgeFile(fileBytes(of: model(of: tensors)), verifyingHashes: true)
    #expect(file.encodedTensors.map(\.count) == [2])
    #expect(try constants(of: file) == tensors)
  }

  @Test func storesAttributesSparse() throws {
    var model = TestModels.single()
    let node = try #require(model.graph.nodes.first { _ in true })
    let tensor = tensor([2000], step: 7)
    model.graph.update(node) { $0.attributes["weights"] = .tensor(tensor) }
    let file = try EdgeFile(fileBytes(of: model))
    #expect(file.encodedTensors.map(\.count) == [1])
    let graph = try file.model().graph
    let copy = graph.nodes.first { _ in true }.flatMap { graph[$0].attributes["weights"] }
    #expect(copy == .tensor(tensor))
  }
}
