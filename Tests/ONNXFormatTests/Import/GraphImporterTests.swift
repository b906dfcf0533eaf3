import FormatSupport
import IR
import ONNXFormat
import Tensors
import Testing

@Suite struct GraphImporterTests {
  @Test func bindsOuterValuesInsideSubgraphs() throws {
    let graph = try ModelFixtures.load("subgraph-captures").model.graph
    let negate = try #require(graph.firstNode("Neg"))
    let add = try #require(graph.firstNode("Add"))
    let multiply = try #require(graph.firstNode("Mul"))
    let loop = try #require(graph.firstNode("Loop"))
    let body = try #require(graph.blocks(of: loop).first)
    #expect(graph.input(1, of: add) == graph.output(0, of: negate))
    #expect(graph.input(0, of: add) == graph.inputs(of: body)[2])
    #expect(graph.input(0, of: multiply) == graph.inputs[0])
    #expect(graph.operators(in: body) == ["If", "Identity"])
    #expect(graph.name(of: body) == "body")
    #expect(graph.outputNames(of: body) == ["keep_out", "next"])
  }

  @Test func numbersSourcesOuterBeforeInner() throws {
    let graph = try ModelFixtures.load("subgraph-captures").model.graph
    // helper.make_node sorts attributes: the else branch comes first.
    #expect(
      graph.sources.map(\.operatorID.name)
        == ["Neg", "Loop", "If", "Constant", "Mul", "Add", "Identity"])
    #expect(graph.sources[1].name == "loop")
    let multiply = try #require(graph.firstNode("Mul"))
    #expect(graph[multiply].lineage.sources == [4])
  }

  @Test func makesConstantsOfConstantNodes() throws {
    let graph = try ModelFixtures.load("subgraph-captures").model.graph
    let two = try #require(graph.value(named: "two"))
    #expect(graph.constant(of: two) == Tensor(scalar: Float(2)))
    #expect(graph.block(of: two) != graph.body)
    #expect(graph.removedSources.sources == [3])
  }

  static let constants: [(String, UInt64, [UInt8], Tensor)] = [
    ("value_int", 2, Wire.number(3, 7), Tensor(scalar: Int64(7))),
    ("value_ints", 7, Wire.bytes(8, [1, 2]), Tensor(shape: [2], scalars: [1, 2] as [Int64])),
    ("value_float", 1, Wire.fixed32(2, 0x3f80_0000), Tensor(scalar: Float(1))),
    ("value_floats", 6, [], Tensor(shape: [0], scalars: [] as [Float])),
    ("value_string", 3, Wire.text(4, "a"), Tensor(shape: [], strings: ["a"])),
    ("value_strings", 8, Wire.text(9, "a"), Tensor(shape: [1], strings: ["a"])),
    (
      "value", 4, Wire.bytes(5, Wire.tensor("", type: 3, raw: [1, 2])),
      Tensor(shape: [2], scalars: [1, 2] as [Int8])
    ),
  ]

  @Test(arguments: constants)
  func readsConstant(name: String, type: UInt64, field: [UInt8], expected: Tensor) throws {
    let node = Wire.node(
      "Constant", [], ["c"], attributes: [Wire.attribute(name, type: type, field)])
    let graph = try ONNXImporter.importModel(
      bytes: Wire.model(graph: Wire.graph([node], outputs: ["c"]))
    ).model.graph
    #expect(graph.totalNodeCount == 0)
    #expect(graph.constant(of: graph.outputs[0]) == expected)
  }

  @Test func takesInitializersForDefaultsFromVersionFourOn() throws {
    let old = try ModelFixtures.load("inputs-ir3").model.graph
    #expect(old.inputs.map(old.name) == ["x"])
    #expect(old.isConstant(try #require(old.value(named: "w"))))
    let new = try ModelFixtures.load("inputs-ir8").model.graph
    #expect(new.inputs.map(new.name) == ["x", "w"])
    #expect(new.constant(of: new.inputs[1]) == Tensor(shape: [2], scalars: [1, 2] as [Float]))
  }

  @Test func sortsNodes() throws {
    let imported = try ModelFixtures.load("unsorted")
    let graph = imported.model.graph
    #expect(graph.operators() == ["Relu", "Exp", "If"])
    let negate = try #require(graph.firstNode("Neg"))
    #expect(graph.inputNames(of: negate) == ["late"])
    #expect(
      imported.notes.map(\.description)
        == ["graph: nodes that came before what they use were moved behind it"])
  }

  @Test func sortsALongChainThatIsUpsideDown() throws {
    let count = 20_000
    let nodes = (0..<count).reversed().map { Wire.node("Neg", ["v\($0)"], ["v\($0 + 1)"]) }
    let bytes = Wire.model(
      graph: Wire.graph(nodes, inputs: ["v0"], outputs: ["v\(count)"]))
    let graph = try ONNXImporter.importModel(bytes: bytes).model.graph
    let first = try #require(graph.firstNode(in: graph.body))
    #expect(graph.inputNames(of: first) == ["v0"])
  }

  @Test func keepsWhatIsLeftOut() throws {
    let graph = try ModelFixtures.load("metadata").model.graph
    let dropout = try #require(graph.firstNode("Dropout"))
    #expect(graph.inputNames(of: dropout) == ["hidden", "", ""])
    #expect(graph.outputs(of: dropout).map { $0 != nil } == [false, true])
  }

  @Test func letsInnerNamesHideOuterOnes() throws {
    let inner = Wire.graph([Wire.node("Neg", ["x"], ["t"])], outputs: ["t"])
    let branch = Wire.attribute("then_branch", type: 5, Wire.bytes(6, inner))
    let nodes = [
      Wire.node("Abs", ["x"], ["t"]), Wire.node("If", ["x"], ["y"], attributes: [branch]),
    ]
    let bytes = Wire.model(graph: Wire.graph(nodes, inputs: ["x"], outputs: ["y"]))
    let graph = try ONNXImporter.importModel(bytes: bytes).model.graph
    let negate = try #require(graph.firstNode("Neg"))
    #expect(graph.outputs(of: graph.block(of: negate)) == [graph.output(0, of: negate)])
  }
}
