import IR
import Operators
import Tensors
import Testing

@Suite struct ModelPreparationTests {
  /// Makes `y = Concat(x, w)` at operator set 3, where the axis was optional.
  static func model() throws -> Model {
    var graph = Graph()
    let x = graph.addInput(named: "x", type: .tensor(.float32, [.symbol("batch"), 2]))
    let w = graph.addConstant(Tensor(shape: [1, 3], scalars: [1, 2, 3] as [Float]), named: "w")
    let node = graph.add(
      Node(OperatorID("Concat", version: 3), name: "join"), inputs: [x, w], results: ["y"])
    graph.setOutputs([try #require(graph.output(0, of: node))])
    return Model(graph: graph, operatorSets: ["": 3])
  }

  @Test func upgradesNodesToTheNewestForm() throws {
    var model = try Self.model()
    let report = model.prepare()
    #expect(report.errors.isEmpty)
    let node = model.graph[try #require(model.graph.firstNode(in: model.graph.body))]
    #expect(node.operatorID.version == 13)
    #expect(node.attributes["axis"] == .int(1))
  }

  @Test func derivesTypesFromTheInputs() throws {
    var model = try Self.model()
    _ = model.prepare()
    let type = model.graph.type(of: model.graph.outputs[0])
    #expect(type?.elementType == .float32)
    #expect(type?.shape?[1] == .fixed(5))
  }

  /// A model that was traced declares the sizes of its sample: passes must not rely on them.
  @Test(arguments: [
    ("%y: float32[1, 10] = Identity(%x)", "float32[batch, 10]"),
    ("%y: float32[1, 10] = Slice(%x, %from, %to)", "float32[unk__0, unk__1]"),
    ("%y: float32[rows, 10] = Slice(%x, %from, %to)", "float32[rows, unk__0]"),
    ("%y: float32[1, 10] = local::Unknown(%x)", "float32[1, 10]"),
  ])
  func believesASizeOnlyWhereNothingIsDerived(node: String, type: String) throws {
    var model = try Model(
      text: """
        model opset 18, local 1
        graph(%x: float32[batch, 10], %from: int64[2], %to: int64[2]) -> (%y) {
          \(node)
          return %y
        }
        """)
    #expect(model.prepare().errors.isEmpty)
    #expect(model.graph.type(of: model.graph.outputs[0])?.description == type)
  }

  @Test func reportsEveryErrorWithItsNode() throws {
    var model = try Self.model()
    let x = model.graph.inputs[0]
    for name in ["a", "b"] {
      model.graph.add(
        Node(OperatorID("Concat", version: 13), name: name), inputs: [x],
        results: [Graph.Result("\(name)_out")])
    }
    let errors = model.prepare().errors
    #expect(
      errors.map(\.description) == [
        "Concat \"a\": attribute axis is missing", "Concat \"b\": attribute axis is missing",
      ])
  }

  @Test func leavesOpaqueOperatorsAlone() throws {
    var model = try Self.model()
    let id = OperatorID("Secret", domain: "org.example", version: 2)
    model.graph.add(Node(id), inputs: [model.graph.inputs[0]], results: ["s"])
    let report = model.prepare()
    #expect(report.opaqueOperators.map(\.operatorID) == [id])
    #expect(report.errors.isEmpty)
  }

  @Test func seesThroughFunctions() throws {
    var body = Graph()
    let a = body.addInput(named: "a")
    let join = body.add(
      Node(
        OperatorID("Concat", version: 13),
        attributes: ["axis": .reference(name: "along", kind: .int)]),
      inputs: [a, a], results: ["twice"])
    body.setOutputs([try #require(body.output(0, of: join))])
    let id = OperatorID("Twice", domain: "local")
    var model = try Self.model()
    model.functions = [Function(id, graph: body, attributes: ["along"])]
    let call = model.graph.add(
      Node(id, attributes: ["along": .int(1)]), inputs: model.graph.outputs, results: ["z"])
    let z = try #require(model.graph.output(0, of: call))
    model.graph.setOutputs([z])
    #expect(model.prepare().errors.isEmpty)
    #expect(model.graph.type(of: z)?.shape?[1] == .fixed(10))
  }

  /// Forty functions, each of which calls the next one twice, make 2^40 calls: equal ones are
  /// followed once.
  @Test func followsEqualCallsOnce() throws {
    var model = Model(operatorSets: ["local": 1])
    for index in 0..<40 {
      var body = Graph()
      let a = body.addInput(named: "a")
      let next = OperatorID(index < 39 ? "F\(index + 1)" : "Leaf", domain: "local", version: 1)
      let first = body.add(Node(next), inputs: [a], results: ["b"])
      let second = body.add(Node(next), inputs: body.outputs(of: first), results: ["c"])
      body.setOutputs([try #require(body.output(0, of: second))])
      model.functions.append(Function(OperatorID("F\(index)", domain: "local"), graph: body))
    }
    let x = model.graph.addInput(named: "x", type: .tensor(.float32, []))
    let call = model.graph.add(
      Node(OperatorID("F0", domain: "local", version: 1)), inputs: [x], results: ["y"])
    model.graph.setOutputs([try #require(model.graph.output(0, of: call))])
    let report = model.prepare()
    #expect(report.errors.isEmpty)
    #expect(report.opaqueOperators.map(\.operatorID.name) == ["Leaf"])
  }
}
