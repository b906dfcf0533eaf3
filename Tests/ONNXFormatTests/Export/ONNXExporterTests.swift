import CONNX
import FormatSupport
import Foundation
import IR
import ONNXFormat
import Tensors
import Testing

@Suite struct ONNXExporterTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: ModelFixtures.names)
  func keepsModels(name: String) throws {
    let model = try ModelFixtures.load(name).model
    let path = "\(folder.path)/model.onnx"
    try ONNXExporter.export(model, to: path)
    let again = try ONNXImporter.importModel(path: path)
    #expect(again.notes.isEmpty)
    #expect(try ONNXExporter.encode(again.model) == ONNXExporter.encode(model))
    #expect(again.model.graph.operators() == model.graph.operators())
    #expect(again.model.graph.outputs.count == model.graph.outputs.count)
    #expect(try folder.contents == ["model.onnx"])
  }

  @Test func writesTheFileThatItEncodes() throws {
    let model = try ModelFixtures.load("metadata").model
    let path = "\(folder.path)/model.onnx"
    try ONNXExporter.export(model, to: path)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: path)) == Data(ONNXExporter.encode(model)))
  }

  @Test func makesConstantNodesInFunctions() throws {
    let model = try ModelFixtures.load("functions").model
    let message = try ModelMessage.decode(ONNXExporter.encode(model))
    defer { withExtendedLifetime(message) {} }
    let function = try #require(message.root.pointee.functions[1]?.pointee)
    #expect(function.n_node == 3)
    #expect(String(field: function.node[0]?.pointee.op_type) == "Constant")
    #expect(function.n_value_info == 1)
  }

  @Test func importsTheStandardSetForConstantsOfFunctions() throws {
    var graph = Graph()
    graph.setOutputs([graph.addConstant(Tensor(scalar: Float(1)), named: "c")])
    var model = Model(operatorSets: ["": 17])
    model.functions = [
      Function(OperatorID("F", domain: "local"), graph: graph, operatorSets: ["local": 1])
    ]
    let again = try ONNXImporter.importModel(bytes: try ONNXExporter.encode(model)).model
    #expect(again.functions[0].operatorSets == ["": 17, "local": 1])
    #expect(again.functions[0].graph.outputs.map(again.functions[0].graph.isConstant) == [true])
  }

  @Test func givesNodesOfOneNameOthers() throws {
    var graph = Graph()
    let input = graph.addInput(named: "x")
    for name in ["a", "a_1", "a", "", ""] {
      graph.add(Node(OperatorID("Sin", version: 22), name: name), inputs: [input], results: [""])
    }
    let model = Model(graph: graph, operatorSets: ["": 22])
    let again = try ONNXImporter.importModel(bytes: try ONNXExporter.encode(model)).model.graph
    #expect(again.nodes.map { again[$0].name } == ["a", "a_1", "a_2", "", ""])
  }

  @Test func leavesOutInnerTypesOnRequest() throws {
    let model = try ModelFixtures.load("functions").model
    let bytes = try ONNXExporter.encode(model, options: ExportOptions(includesInnerTypes: false))
    let function = try ONNXImporter.importModel(bytes: bytes).model.functions[1]
    let c = try #require(function.graph.value(named: "c"))
    #expect(function.graph.type(of: c) == nil)
  }

  @Test func namesWhatHasANULCharacter() throws {
    var graph = Graph()
    graph.addInput(named: "a\0b")
    let error = #expect(throws: FormatError.self) {
      try ONNXExporter.encode(Model(graph: graph, operatorSets: ["": 21]))
    }
    #expect(error?.message == #""a\0b" holds a NUL character"#)
  }
}
