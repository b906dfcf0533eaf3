import FormatSupport
import IR
import ONNXFormat
import Testing

/// What is wrong with a graph is said with its place, and all of it at once.
@Suite struct GraphErrorTests {
  static let refused = [
    RefusedModel(
      "no graph", Wire.number(1, 8),
      "graph: the file holds no graph; make sure that it is an ONNX model"),
    RefusedModel(
      "an empty file", [], "graph: the file holds no graph; make sure that it is an ONNX model"),
    RefusedModel(
      "an undefined input",
      graph: Wire.graph([Wire.node("Conv", ["x", "w"], ["y"], name: "conv1")], inputs: ["x"]),
      #"node[0] "conv1" (Conv): input "w" is not defined; "#
        + "make it an input, an initializer or the output of a node"),
    RefusedModel(
      "an undefined input in a branch",
      graph: Wire.graph(
        [
          Wire.node(
            "If", ["x"], [],
            attributes: [
              Wire.attribute("a", type: 2, Wire.number(3, 1)),
              Wire.attribute(
                "then_branch", type: 5,
                Wire.bytes(6, Wire.graph([Wire.node("Neg", ["?"], ["t"])]))),
            ])
        ], inputs: ["x"]),
      #"node[0] (If).attribute[1] "then_branch".g.node[0] (Neg): input "?" is not defined; "#
        + "make it an input, an initializer or the output of a node"),
    RefusedModel(
      "an undefined output", graph: Wire.graph(outputs: ["y"]),
      #"output[0]: output "y" is not defined; "#
        + "name an input, an initializer or the output of a node before"),
    RefusedModel(
      "two nodes with the same output",
      graph: Wire.graph(
        [Wire.node("Neg", ["x"], ["y"], name: "n"), Wire.node("Abs", ["x"], ["y"])],
        inputs: ["x"]),
      #"node[1] (Abs): "y" is defined already, as an output of node "n" (Neg); "#
        + "names of values are unique; rename one of them"),
    RefusedModel(
      "a node that computes an input",
      graph: Wire.graph([Wire.node("Neg", ["x"], ["x"])], inputs: ["x"]),
      #"node[0] (Neg): "x" is defined already, as an input; "#
        + "names of values are unique; rename one of them"),
    RefusedModel(
      "two inputs with a name", graph: Wire.graph(inputs: ["x", "x"]),
      #"input[1]: "x" is defined already, as an input; "#
        + "names of values are unique; rename one of them"),
    RefusedModel(
      "an input without a name", graph: Wire.graph(inputs: [""]),
      "input[0]: the input has no name; give it one"),
    RefusedModel(
      "an input of an unknown type",
      graph: Wire.graph(extra: Wire.bytes(11, Wire.value("x", elementType: 77))),
      "input[0].type: 77 is no element type; the file is damaged, or of a newer version of ONNX"),
    RefusedModel(
      "a cycle",
      Wire.model(
        graph: Wire.graph([
          Wire.node("Neg", ["b"], ["a"], name: "n"), Wire.node("Abs", ["a"], ["b"]),
        ])),
      #"graph: nodes depend on each other in a cycle: node[0] "n" (Neg), node[1] (Abs); "#
        + "a graph computes each value from earlier ones; break the cycle"),
    RefusedModel(
      "a branch that uses its own node",
      Wire.model(
        graph: Wire.graph(
          [
            Wire.node(
              "If", ["x"], ["y"],
              attributes: [
                Wire.attribute(
                  "then_branch", type: 5,
                  Wire.bytes(6, Wire.graph([Wire.node("Neg", ["y"], ["t"])])))
              ])
          ], inputs: ["x"])),
      "graph: nodes depend on each other in a cycle: node[0] (If); "
        + "a graph computes each value from earlier ones; break the cycle"),
    RefusedModel(
      "no operator", graph: Wire.graph([Wire.node("", [], ["y"])]),
      "node[0] ().op_type: the node names no operator; set op_type"),
    RefusedModel(
      "ai.onnx not imported",
      Wire.model(graph: Wire.graph([Wire.node("Neg", [], ["y"])]), imports: [("custom", 1)]),
      "graph.node[0] (Neg).op_type: operators of ai.onnx are used, but the domain is not "
        + "imported; add it to opset_import"),
    RefusedModel(
      "version 0", Wire.model(graph: Wire.graph(), imports: [("", 0)]),
      #"opset_import[0]: version 0 of domain "" is no version; versions begin at 1"#),
  ]

  @Test(arguments: refused)
  func refuses(_ model: RefusedModel) { #expect(model.actualComplaint == model.complaint) }

  @Test func reportsEverythingAtOnce() {
    let bytes = Wire.model(
      graph: Wire.graph(
        [Wire.node("Neg", ["?"], ["a"]), Wire.node("Abs", ["!"], ["a"])], outputs: ["b"],
        initializers: [Wire.tensor(raw: [])]))
    let error = #expect(throws: FormatError.self) { try ONNXImporter.importModel(bytes: bytes) }
    #expect(error?.others.count == 4)
    #expect(error?.description.split(separator: "\n").count == 5)
  }

  @Test func stopsListingErrorsAtSomePoint() {
    let nodes = (0..<1000).map { Wire.node("Neg", ["?"], ["v\($0)"]) }
    let bytes = Wire.model(graph: Wire.graph(nodes))
    let error = #expect(throws: FormatError.self) { try ONNXImporter.importModel(bytes: bytes) }
    #expect(error?.others.count == 50)
    #expect(error?.others.last?.message == "there are more errors than these")
  }

  @Test func shortensNamesInMessages() {
    let name = String(repeating: "n", count: 100_000)
    let bytes = Wire.model(graph: Wire.graph([Wire.node(name, [name], ["y"], name: name)]))
    let error = #expect(throws: FormatError.self) { try ONNXImporter.importModel(bytes: bytes) }
    #expect((error?.description.utf8.count ?? .max) < 500)
  }
}
