import FormatSupport
import IR
import ONNXFormat
import Tensors
import Testing

@Suite struct FunctionImporterTests {
  @Test func readsFunctions() throws {
    let model = try ModelFixtures.load("functions").model
    #expect(
      model.functions.map(\.id) == [
        OperatorID("Leak", domain: "local"), OperatorID("LeakAndShift", domain: "local"),
        OperatorID("Scale", domain: "local", overload: "square"),
        OperatorID("Scale", domain: "local", overload: "double"),
      ])
    let outer = model.functions[1]
    #expect(outer.attributes == ["steepness"])
    #expect(outer.operatorSets == ["": 21, "local": 1])
    #expect(outer.annotations.documentation == "calls another function")
    #expect(outer.graph.operators() == ["Leak", "Add"])
    #expect(outer.graph.constant(named: "k") == Tensor(shape: [2], scalars: [3, 4] as [Float]))
    let c = try #require(outer.graph.value(named: "c"))
    #expect(outer.graph.type(of: c) == .tensor(.float32, [2]))
  }

  @Test func keepsReferencesAndDefaults() throws {
    let inner = try ModelFixtures.load("functions").model.functions[0]
    let node = try #require(inner.graph.firstNode("LeakyRelu"))
    #expect(
      inner.graph[node].attributes["alpha"] == .reference(name: "slope", kind: .float))
    #expect(inner.defaults["slope"] == .float(0.5))
  }

  @Test func keepsTheOverloadsOfCalls() throws {
    let graph = try ModelFixtures.load("functions").model.graph
    #expect(graph.nodes.map { graph[$0].operatorID.overload } == ["", "square", "double"])
    #expect(graph.nodes.map { graph[$0].operatorID.version } == [1, 1, 1])
  }

  private static func function(_ name: String, _ nodes: [[UInt8]], extra: [UInt8] = []) -> [UInt8] {
    let imports = Wire.bytes(9, Wire.text(1, "local") + Wire.number(2, 1))
    let content =
      Wire.text(1, name) + Wire.text(4, "a") + nodes.flatMap { Wire.bytes(7, $0) } + imports
      + Wire.text(10, "local") + extra
    return Wire.bytes(25, content)
  }

  private static func refused(_ functions: [UInt8], _ complaint: String) -> RefusedModel {
    RefusedModel(complaint, Wire.model(graph: Wire.graph(), extra: functions), complaint)
  }

  static let refused = [
    refused(
      function("F", [Wire.node("G", [], [], domain: "local")])
        + function("G", [Wire.node("F", [], [], domain: "local")]),
      "functions: functions call themselves: local::F, local::G; "
        + "recursion is not allowed; unroll it"),
    refused(
      function("F", []) + function("F", []),
      #"functions[1] "F": the function local::F is defined already; "#
        + "give one of them another name or overload"),
    refused(
      function("F", [], extra: Wire.text(6, "p") + Wire.text(6, "p")),
      #"functions[0] "F": the attribute "p" is declared twice; "#
        + "declare it once, with a default or without"),
    refused(
      function("F", [Wire.node("G", ["?"], [], domain: "local")]),
      #"functions[0] "F".node[0] (G): input "?" is not defined; "#
        + "make it an input, an initializer or the output of a node"),
    refused(
      function("", []), #"functions[0] "": the function has no name; give it one"#),
  ]

  @Test(arguments: refused)
  func refuses(_ model: RefusedModel) { #expect(model.actualComplaint == model.complaint) }
}
