import IR
import Tensors
import Testing

@Suite struct GraphEditingTests {
  var graph = Graph()
  let x: ValueID
  let relu: NodeID
  let neg: NodeID

  /// Makes `y = Neg(Relu(x))`.
  init() throws {
    x = graph.addInput(named: "x", type: .tensor(.float32, [2]))
    relu = graph.add(Node(OperatorID("Relu"), lineage: Lineage(0)), inputs: [x], results: ["a"])
    let a = graph.output(0, of: relu)
    neg = graph.add(Node(OperatorID("Neg"), lineage: Lineage(1)), inputs: [a], results: ["y"])
    graph.setOutputs([try #require(graph.output(0, of: neg))])
  }

  @Test func keepsUsesInStep() throws {
    let a = try #require(graph.output(0, of: relu))
    #expect(graph.uses(of: a) == [.node(neg, input: 0)])
    #expect(graph.singleUse(of: graph.outputs[0]) == .output(of: graph.body, index: 0))
    #expect(graph.producer(of: a) == relu)
  }

  @Test mutating func replacesUsesAndKeepsTheNamesOfOutputs() throws {
    let y = graph.outputs[0]
    let a = try #require(graph.output(0, of: relu))
    graph.replaceUses(of: y, with: a)
    #expect(graph.outputs == [a])
    #expect(graph.outputNames(of: graph.body) == ["y"])
    #expect(!graph.hasUses(y))
  }

  @Test mutating func knowsOperatorsByPlace() {
    #expect(graph.operators.map(\.name) == ["Relu", "Neg"])
    #expect(graph.operators[graph.operatorIndex(of: neg)] == OperatorID("Neg"))
    graph.update(neg) { $0.operatorID.name = "Abs" }
    #expect(graph.operators[graph.operatorIndex(of: neg)] == OperatorID("Abs"))
    #expect(graph.operatorsInUse.map(\.name) == ["Relu", "Abs"])
    let again = graph.add(Node(OperatorID("Neg")), inputs: [x], results: ["z"])
    #expect(graph.operatorIndex(of: again) == 1)
    graph.remove(again)
    #expect(graph.operatorsInUse.map(\.name) == ["Relu", "Abs"])
  }

  @Test mutating func handsLineageOn() throws {
    graph.replaceUses(of: graph.outputs[0], with: try #require(graph.output(0, of: relu)))
    graph.remove(neg, leavingLineageTo: relu)
    #expect(graph[relu].lineage.sources == [0, 1])
    #expect(Array(graph.nodes) == [relu])
    graph.setOutputs([x])
    graph.remove(relu)
    #expect(graph.removedSources.sources == [0, 1])
  }

  @Test mutating func insertsAndMovesNodes() throws {
    let a = graph.output(0, of: relu)
    let abs = graph.add(
      Node(OperatorID("Abs")), inputs: [a], results: ["b"], at: .before(neg))
    #expect(Array(graph.nodes) == [relu, abs, neg])
    graph.move(abs, to: .after(neg))
    #expect(Array(graph.nodes) == [relu, neg, abs])
    graph.setInput(0, of: neg, to: x)
    #expect(graph.uses(of: x).count == 2)
    graph.setInputs([x, nil, a], of: abs)
    #expect(graph.inputs(of: abs) == [x, nil, a])
  }

  @Test mutating func removesSubgraphsWithTheirNode() throws {
    let block = graph.addBlock(named: "then")
    let inner = graph.add(
      Node(OperatorID("Abs")), inputs: [x], results: ["inner"], at: .end(of: block))
    graph.addConstant(Tensor(scalar: Float(1)), named: "one", in: block)
    graph.setOutputs([try #require(graph.output(0, of: inner))], of: block)
    let branch = graph.add(
      Node(OperatorID("If"), attributes: ["then_branch": .block(block)]), inputs: [x],
      results: ["z"])
    #expect(graph.owner(of: block) == branch)
    #expect(graph.blocks == [graph.body, block])
    #expect(graph.totalNodeCount == 4)
    graph.remove(branch)
    #expect(graph.uses(of: x) == [.node(relu, input: 0)])
    #expect(graph.totalNodeCount == 2)
    #expect(!graph.contains(inner))
  }

  @Test func isAValue() {
    var copy = graph
    copy.setName("renamed", of: x)
    #expect(graph.name(of: x) == "x")
  }
}
