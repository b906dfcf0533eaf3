import FormatSupport
import Foundation
import IR
import ONNXFormat
import Tensors
import Testing

@Suite struct ExternalDataExportTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/model.onnx"
  }

  /// Returns a model whose constants have the given numbers of float32.
  private func model(_ counts: [Int]) -> Model {
    var graph = Graph()
    for (index, count) in counts.enumerated() {
      let scalars = (0..<count).map { Float($0 + index) }
      graph.addConstant(Tensor(shape: [count], scalars: scalars), named: "w\(index)")
    }
    return Model(graph: graph, operatorSets: ["": 21])
  }

  private func tensors(_ model: Model) -> [Tensor] {
    model.graph.values.compactMap(model.graph.constant)
  }

  @Test func putsLargeTensorsIntoAFileBesideTheModel() throws {
    let model = model([3, 300, 1 << 18, 20])
    let options = ExportOptions(externalData: .file(threshold: 80))
    let summary = try ONNXExporter.export(model, to: path, options: options)
    #expect(summary.dataPath == "\(path).data")
    #expect(try folder.contents == ["model.onnx", "model.onnx.data"])
    let again = try ONNXImporter.importModel(path: path).model
    #expect(tensors(again) == tensors(model))
    let places = tensors(again).map { tensor in tensor.range.lowerBound }
    // The first stays inside; the large one begins on a page.
    #expect(Array(places[1...]) == [0, 4096, 4096 + (1 << 20)])
    #expect(tensors(again)[1].storage === tensors(again)[2].storage)
  }

  @Test func copiesFromTheFilesOfAnotherModel() throws {
    let options = ExportOptions(externalData: .file(threshold: 0))
    try ONNXExporter.export(model([1 << 16, 40]), to: path, options: options)
    let first = try ONNXImporter.importModel(path: path).model
    let other = try TemporaryFolder()
    let target = "\(other.path)/other.onnx"
    let summary = try ONNXExporter.export(
      first, to: target, options: ExportOptions(externalData: .file(name: "w.bin")))
    #expect(summary.dataPath == "\(other.path)/w.bin")
    #expect(try tensors(ONNXImporter.importModel(path: target).model) == tensors(first))
    try ONNXExporter.export(first, to: target)
    #expect(try tensors(ONNXImporter.importModel(path: target).model) == tensors(first))
  }

  @Test func replacesTheFilesThatItReads() throws {
    let options = ExportOptions(externalData: .file(threshold: 0))
    try ONNXExporter.export(model([1 << 16, 40]), to: path, options: options)
    let first = try ONNXImporter.importModel(path: path).model
    try ONNXExporter.export(first, to: path, options: options)
    #expect(
      try tensors(ONNXImporter.importModel(path: path).model) == tensors(model([1 << 16, 40])))
  }

  @Test func storesSharedBytesOnce() throws {
    let tensor = Tensor(shape: [100], scalars: [Float](repeating: 1, count: 100))
    var graph = Graph()
    graph.addConstant(tensor, named: "a")
    graph.addConstant(try #require(tensor.reshaped(to: [10, 10])), named: "b")
    try ONNXExporter.export(
      Model(graph: graph, operatorSets: ["": 21]), to: path,
      options: ExportOptions(externalData: .file(threshold: 0)))
    #expect(try Data(contentsOf: URL(fileURLWithPath: "\(path).data")).count == 400)
  }

  @Test func writesNoFileWithoutLargeTensors() throws {
    let summary = try ONNXExporter.export(
      model([3]), to: path, options: ExportOptions(externalData: .file()))
    #expect(summary.dataPath == nil)
    #expect(try folder.contents == ["model.onnx"])
  }

  @Test(arguments: ["", ".", "..", "a/b", "../b", "model.onnx"])
  func refusesNamesThatAreNotBesideTheModel(name: String) throws {
    let error = #expect(throws: FormatError.self) {
      try ONNXExporter.export(
        model([300]), to: path, options: ExportOptions(externalData: .file(name: name)))
    }
    #expect(error?.code == .invalid)
    #expect(try folder.contents.isEmpty)
  }

  /// A model whose tensors share a sparse file of 2 GiB: nothing that large is held or written.
  @Test func refusesModelsThatProtobufCannotHold() throws {
    let data = "\(folder.path)/large"
    let file = try #require(fopen(data, "w"))
    #expect(ftruncate(fileno(file), 1 << 31) == 0)
    fclose(file)
    let bytes = Wire.tensor(
      shape: [1 << 31], type: 2,
      extra: Wire.bytes(13, Wire.text(1, "location") + Wire.text(2, "large")) + Wire.number(14, 1))
    let model = try ONNXImporter.importModel(
      bytes: Wire.model(initializer: bytes), folder: folder.path
    ).model
    let error = #expect(throws: FormatError.self) {
      try ONNXExporter.export(model, to: path, options: ExportOptions(externalData: .none))
    }
    #expect(error?.code == .limitExceeded)
    #expect(error?.remedy == "let its tensors go to external data")
    #expect(try folder.contents == ["large"])
  }
}
