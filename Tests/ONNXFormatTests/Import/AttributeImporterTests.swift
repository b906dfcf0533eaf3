import FormatSupport
import IR
import ONNXFormat
import Tensors
import Testing

@Suite struct AttributeImporterTests {
  @Test func readsEveryKind() throws {
    let graph = try ModelFixtures.load("attributes").model.graph
    let node = graph[try #require(graph.firstNode("Anything"))]
    #expect(Set(node.attributes.map(\.value.kind)) == Set(Attribute.Kind.allCases))
    #expect(node.attributes["f"] == .float(1.5))
    #expect(node.attributes["i"] == .int(-7))
    #expect(node.attributes["s"] == .string("text"))
    #expect(node.attributes["ints"] == .ints([1, -2]))
    #expect(node.attributes["none"] == .ints([]))
    #expect(node.attributes["strings"] == .strings(["a", "b"]))
    #expect(node.attributes["type"] == .type(.sequence(.tensor(.int64, [.symbol("n")]))))
    #expect(
      node.attributes["types"]
        == .types([
          .optional(.tensor(.float32, nil)), .map(key: .string, value: .tensor(.float32, [])),
        ]))
    #expect(node.attributes["graphs"]?.blocks.map(graph.name) == ["g1", "g2"])
    #expect(node.operatorID == OperatorID("Anything", domain: "custom", version: 3))
  }

  @Test func infersTheKindWhereTheTypeIsAbsent() throws {
    let attribute = Wire.attribute("axis", type: nil, Wire.number(3, 2))
    let node = Wire.node("Concat", ["x"], ["y"], attributes: [attribute])
    let bytes = Wire.model(graph: Wire.graph([node], inputs: ["x"]), irVersion: 1, imports: [])
    let imported = try ONNXImporter.importModel(bytes: bytes)
    let graph = imported.model.graph
    let concat = graph[try #require(graph.firstNode("Concat"))]
    #expect(concat.attributes["axis"] == .int(2))
    #expect(concat.operatorID.version == 1)
    #expect(imported.notes.map(\.message) == ["no operator set is imported; version 1 is assumed"])
  }

  private static func attributed(_ attributes: [[UInt8]], _ complaint: String) -> RefusedModel {
    RefusedModel(
      complaint, graph: Wire.graph([Wire.node("Op", [], ["y"], attributes: attributes)]),
      "node[0] (Op).attribute\(complaint)")
  }

  static let refused = [
    attributed(
      [Wire.attribute("a", type: 2, Wire.fixed32(2, 0))],
      #"[0] "a": the attribute's type is int, but it holds float; correct the type"#),
    attributed(
      [Wire.attribute("a", type: 2, Wire.number(3, 1) + Wire.number(8, 1))],
      #"[0] "a": the attribute's type is int, but it holds ints; correct the type"#),
    attributed(
      [Wire.attribute("a", type: 4)],
      #"[0] "a": the attribute's type is tensor, but it holds nothing; set the value"#),
    attributed(
      [Wire.attribute("a", type: 88)],
      #"[0] "a": 88 is no type of attributes; the file is damaged, or of a newer version of ONNX"#),
    attributed(
      [Wire.attribute("a", type: nil)],
      #"[0] "a": the attribute has neither a type nor a value; set type and value"#),
    attributed(
      [Wire.attribute("a", type: 2), Wire.attribute("a", type: 2)],
      #"[1] "a": the attribute occurs twice; keep one of them"#),
    attributed(
      [Wire.attribute("", type: 2)], #"[0] "": the attribute has no name; give it one"#),
    attributed(
      [Wire.attribute("a", type: 2, Wire.text(21, "b"))],
      #"[0] "a": the attribute refers to "b" of a function, but there is none; give it a value"#),
    attributed(
      [Wire.attribute("a", type: 4, Wire.bytes(5, Wire.tensor("", raw: [])))],
      #"[0] "a": float32[2] takes 8 bytes, but raw_data has 0; "#
        + "correct the shape, the element type or the data"),
  ]

  @Test(arguments: refused)
  func refuses(_ model: RefusedModel) { #expect(model.actualComplaint == model.complaint) }
}
