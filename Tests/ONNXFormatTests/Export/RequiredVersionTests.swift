import FormatSupport
import IR
import ONNXFormat
import Tensors
import Testing

@Suite struct RequiredVersionTests {
  private func version(_ model: Model) throws -> Int {
    try ONNXImporter.importModel(bytes: try ONNXExporter.encode(model)).irVersion
  }

  @Test(arguments: [
    (7, 4), (9, 4), (10, 5), (11, 6), (12, 7), (14, 7), (15, 8), (18, 8), (20, 9), (21, 10),
    (22, 10), (23, 11), (24, 12), (27, 13), (28, 14),
  ])
  func followsTheOperatorSet(version operatorSet: Int, expected: Int) throws {
    #expect(try version(Model(operatorSets: ["": operatorSet])) == expected)
  }

  static let types: [(ElementType, Int)] = [
    (.bfloat16, 4), (.float8E4M3FN, 9), (.int4, 10), (.float4E2M1, 11), (.float8E8M0, 12),
    (.float6E3M2, 14),
    (.uint2, 13),
  ]

  @Test(arguments: types)
  func followsElementTypes(type: ElementType, expected: Int) throws {
    var graph = Graph()
    graph.addInput(named: "x", type: .sequence(.tensor(type, nil)))
    #expect(try version(Model(graph: graph, operatorSets: ["": 9])) == expected)
  }

  @Test func followsFunctionsAndTypes() throws {
    var model = Model(operatorSets: ["": 9])
    model.functions = [Function(OperatorID("F", domain: "local"), graph: Graph())]
    #expect(try version(model) == 8)
    model.functions[0].defaults["a"] = .int(1)
    #expect(try version(model) == 9)
    model.functions[0].id.overload = "o"
    #expect(try version(model) == 10)
    var graph = Graph()
    graph.addInput(named: "x", type: .optional(.tensor(.float32, nil)))
    #expect(try version(Model(graph: graph, operatorSets: ["": 9])) == 8)
  }

  @Test func takesAnyVersionThatSuffices() throws {
    let model = Model(operatorSets: ["": 17])
    let bytes = try ONNXExporter.encode(model, options: ExportOptions(irVersion: 9))
    #expect(try ONNXImporter.importModel(bytes: bytes).irVersion == 9)
    let error = #expect(throws: FormatError.self) {
      try ONNXExporter.encode(model, options: ExportOptions(irVersion: 7))
    }
    #expect(
      error?.description
        == "version 7 of the IR lacks what the model uses; write version 8 or a later one")
  }
}
