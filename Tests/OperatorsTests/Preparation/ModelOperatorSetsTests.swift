import IR
import Operators
import Testing

@Suite struct ModelOperatorSetsTests {
  static func model(_ id: OperatorID, sets: [String: Int]) -> Model {
    var graph = Graph()
    let x = graph.addInput(named: "x")
    graph.add(
      Node(id, attributes: ["axis": .int(0)]), inputs: [x], results: ["y"])
    return Model(graph: graph, operatorSets: sets)
  }

  @Test func keepsAVersionThatCanExpressEveryNode() {
    var model = Self.model(OperatorID("Concat", version: 13), sets: ["": 9])
    model.raiseOperatorSets()
    #expect(model.operatorSets == ["": 9])
  }

  @Test func raisesAVersionThatCannot() {
    var model = Self.model(OperatorID("Concat", version: 13), sets: ["": 1])
    model.raiseOperatorSets()
    #expect(model.operatorSets == ["": 4])
  }

  @Test func addsTheSetOfAnOpaqueOperator() {
    let id = OperatorID("Secret", domain: "org.example", version: 3)
    var model = Self.model(id, sets: [:])
    model.raiseOperatorSets()
    #expect(model.operatorSets == ["org.example": 3])
  }
}
