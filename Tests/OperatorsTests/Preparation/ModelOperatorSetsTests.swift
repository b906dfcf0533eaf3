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

  private static func raised(_ text: String) throws -> Model {
    var model = try Model(text: text)
    #expect(model.prepare().errors.isEmpty)
    model.raiseOperatorSets()
    return model
  }

  @Test(arguments: [("float32", 9), ("int8", 12), ("float64", 9)])
  func raisesAVersionThatLacksAType(_ type: String, version: Int) throws {
    let model = try Self.raised(
      """
      model opset 9
      graph main(%x: \(type)[1, 1, 4, 4]) -> (%y) {
        %y = MaxPool.22(%x) {kernel_shape = [2, 2]}
        return %y
      }
      """)
    #expect(model.operatorSets == ["": version])
  }

  @Test func raisesAVersionThatLacksAnAttribute() throws {
    let model = try Self.raised(
      """
      model opset 9
      graph main(%x: float32[1, 1, 4, 4]) -> (%y) {
        %y = AveragePool.22(%x) {kernel_shape = [2, 2], dilations = [2, 2]}
        return %y
      }
      """)
    #expect(model.operatorSets == ["": 19])
  }

  @Test func writesFunctionsForTheOperatorSetsOfTheModel() throws {
    let model = try Self.raised(
      """
      model opset 11, local 1
      graph main(%x: float32[2, 2]) -> (%y) {
        const %a: int64[1] = [0]
        %b = Unsqueeze.13(%x, %a)
        %y = local::Twice(%b)
        return %y
      }
      function local::Twice(%x) -> (%y) opset 11 {
        %y = Add.14(%x, %x)
        return %y
      }
      """)
    #expect(model.operatorSets == ["": 13, "local": 1])
    #expect(model.functions.map(\.operatorSets) == [["": 13]])
  }
}
