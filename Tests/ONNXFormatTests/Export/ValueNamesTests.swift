import FormatSupport
import IR
import ONNXFormat
import Tensors
import Testing

/// Names in a file are unique and not empty; those of inputs and outputs stay.
@Suite struct ValueNamesTests {
  var graph = Graph()
  let x: ValueID

  init() { x = graph.addInput(named: "x", type: .tensor(.float32, [2])) }

  private mutating func add(
    _ operation: String, _ input: ValueID, _ name: String, in block: BlockID? = nil
  ) throws -> ValueID {
    let node = graph.add(
      Node(OperatorID(operation, version: 21)), inputs: [input], results: [Graph.Result(name)],
      at: .end(of: block ?? graph.body))
    return try #require(graph.output(0, of: node))
  }

  private func exported() throws -> Graph {
    let model = Model(graph: graph, operatorSets: ["": 21])
    return try ONNXImporter.importModel(bytes: try ONNXExporter.encode(model)).model.graph
  }

  private func names(_ graph: Graph) -> [String] { graph.values.map(graph.name) }

  @Test mutating func makesNamesUnique() throws {
    let a = try add("Neg", x, "t")
    let b = try add("Abs", a, "t")
    let c = try add("Relu", b, "")
    let d = try add("Exp", c, "t_1")
    graph.setOutputs([d], named: ["y"])
    #expect(names(try exported()) == ["x", "t", "t_1", "value_1", "y"])
  }

  @Test mutating func renamesTheValueThatTakesAnOutput() throws {
    let a = try add("Neg", x, "a")
    let b = try add("Abs", x, "y")
    _ = try add("Exp", b, "z")
    graph.setOutputs([a], named: ["y"])
    let again = try exported()
    #expect(again.outputNames(of: again.body) == ["y"])
    #expect(again.operators() == ["Neg", "Abs", "Exp"])
    #expect(names(again) == ["x", "y", "y_1", "z"])
  }

  @Test mutating func insertsIdentitiesWhereAValueCannotBeRenamed() throws {
    let a = try add("Neg", x, "a")
    graph.setOutputs([a, a, x], named: ["first", "second", "third"])
    let again = try exported()
    #expect(again.outputNames(of: again.body) == ["first", "second", "third"])
    #expect(again.operators() == ["Neg", "Identity", "Identity"])
  }

  @Test mutating func needsNoIdentityForAnInputUnderItsName() throws {
    graph.setOutputs([x])
    #expect(try exported().operators() == [])
  }

  @Test mutating func insertsAnIdentityForAnOuterValueOfASubgraph() throws {
    let block = graph.addBlock(named: "then")
    graph.setOutputs([x], of: block)
    let node = graph.add(
      Node(OperatorID("If", version: 21), attributes: ["then_branch": .block(block)]),
      inputs: [x], results: ["y"])
    graph.setOutputs([try #require(graph.output(0, of: node))])
    let again = try exported()
    let inner = try #require(again.firstNode("Identity"))
    #expect(again.block(of: inner) != again.body)
    #expect(again.outputNames(of: again.block(of: inner)) == ["x_1"])
  }

  @Test mutating func givesHiddenOuterNamesAnother() throws {
    let block = graph.addBlock(named: "then")
    let inner = try add("Abs", x, "t", in: block)
    graph.setOutputs([inner], of: block)
    let outer = try add("Neg", x, "t")
    let node = graph.add(
      Node(OperatorID("If", version: 21), attributes: ["then_branch": .block(block)]),
      inputs: [outer], results: ["y"])
    graph.setOutputs([try #require(graph.output(0, of: node))])
    let again = try exported()
    #expect(Set(names(again)).count == 4)
    #expect(again.operators() == ["Neg", "If"])
  }

  @Test mutating func saysWhatItChanged() throws {
    let folder = try TemporaryFolder()
    let a = try add("Neg", x, "x")
    graph.setOutputs([a, a], named: ["y", "z"])
    let summary = try ONNXExporter.export(
      Model(graph: graph, operatorSets: ["": 21]), to: "\(folder.path)/m.onnx")
    #expect(
      summary
        == ExportSummary(irVersion: 10, renamedValues: 1, insertedIdentities: 1))
  }
}
