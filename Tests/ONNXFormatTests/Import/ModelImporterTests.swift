import FormatSupport
import IR
import ONNXFormat
import Tensors
import Testing

@Suite struct ModelImporterTests {
  @Test func keepsWhatIsSaidOfTheModel() throws {
    let imported = try ModelFixtures.load("metadata")
    let model = imported.model
    #expect(imported.irVersion == 10)
    #expect(imported.notes.isEmpty)
    #expect(model.producer == Model.Producer(name: "fixtures", version: "1.2"))
    #expect(model.domain == "org.x")
    #expect(model.modelVersion == 7)
    #expect(model.operatorSets == ["": 21, "local": 1])
    #expect(model.graph.name == "metadata")
    #expect(model.annotations == annotations("model"))
    #expect(model.functions.first?.annotations == annotations("function"))
  }

  @Test func keepsWhatIsSaidOfTheGraph() throws {
    let graph = try ModelFixtures.load("metadata").model.graph
    func of(_ name: String) throws -> Annotations {
      graph.annotations(of: try #require(graph.value(named: name)))
    }
    #expect(graph.annotations(of: graph.body) == annotations("graph"))
    #expect(graph.annotations(of: try #require(graph.firstNode("Add"))) == annotations("node"))
    #expect(try of("x") == annotations("input"))
    #expect(try of("y") == annotations("output"))
    let weights = try of("w")
    #expect(weights.documentation == "about the weights")
    var inner = annotations("inner")
    inner.quantization = [MetadataEntry(key: "SCALE_TENSOR", value: "w")]
    #expect(try of("hidden") == inner)
    let shape = graph.type(of: graph.inputs[0])?.shape
    #expect(shape == [.symbol("batch"), .unknown, 3])
  }

  private func annotations(_ text: String) -> Annotations {
    Annotations(
      documentation: "about the \(text)",
      metadata: [MetadataEntry(key: "\(text).key", value: "\(text).value")])
  }

  @Test func notesWhatItLeavesOut() throws {
    let dimension = Wire.bytes(1, Wire.number(1, UInt64(bitPattern: -1)))
    let type = Wire.bytes(
      2, Wire.bytes(1, Wire.number(1, 1) + Wire.bytes(2, dimension + dimension)))
    let graph = Wire.graph(
      [Wire.node("Op", ["x"], ["y"], domain: "custom")],
      extra: Wire.bytes(11, Wire.text(1, "x") + type) + Wire.bytes(13, Wire.value("nothing")))
    let bytes = Wire.model(
      graph: graph, irVersion: 99, extra: Wire.bytes(20, []) + Wire.bytes(26, []))
    let imported = try ONNXImporter.importModel(bytes: bytes)
    #expect(
      imported.notes.map(\.description) == [
        "version 99 of the IR is newer than 14",
        "graph.input[0].type: negative dimensions are taken for unknown ones (and 1 more)",
        #"graph.node[0] (Op).op_type: domain "custom" is not imported; "#
          + "its operators have no version",
        "graph.value_info[0]: no value has this name",
        "training information is not kept",
        "device configurations are not kept",
      ])
  }

  @Test func takesTheHighestOfSeveralVersions() throws {
    let bytes = Wire.model(graph: Wire.graph(), imports: [("", 12), ("ai.onnx", 17), ("", 13)])
    #expect(try ONNXImporter.importModel(bytes: bytes).model.operatorSets == ["": 17])
  }
}
