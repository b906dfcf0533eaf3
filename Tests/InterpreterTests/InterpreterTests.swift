import IR
import Interpreter
import Operators
import Tensors
import Testing

@Suite struct InterpreterTests {
  /// Makes `y = Sigmoid(Concat(x, w))`.
  static func model() throws -> Model {
    var graph = Graph()
    let x = graph.addInput(named: "x", type: .tensor(.float32, [1]))
    let w = graph.addConstant(Tensor(shape: [1], scalars: [-2] as [Float]), named: "w")
    let join = graph.add(
      Node(OperatorID("Concat"), attributes: ["axis": .int(0)]), inputs: [x, w], results: ["j"])
    let sigmoid = graph.add(
      Node(OperatorID("Sigmoid")), inputs: [graph.output(0, of: join)], results: ["y"])
    graph.setOutputs([try #require(graph.output(0, of: sigmoid))])
    return Model(graph: graph)
  }

  static let input: [String: RuntimeValue] = [
    "x": .tensor(Tensor(shape: [1], scalars: [0] as [Float]))
  ]

  @Test func executesNodesInOrder() throws {
    let outputs = try Interpreter(Self.model()).run(Self.input)
    let scalars = outputs[0].tensor?.scalars(of: Float.self)
    #expect(scalars?[0] == 0.5)
    #expect(abs((scalars?[1] ?? 0) - 0.119202922) < 1e-8)
  }

  @Test func executesInDoublePrecision() throws {
    let interpreter = try Interpreter(Self.model(), options: .init(precision: .float64))
    let tensor = try interpreter.run(Self.input)[0].tensor
    #expect(tensor?.elementType == .float64)
    #expect(abs((tensor?.scalars(of: Double.self)[1] ?? 0) - 0.11920292202211755) < 1e-16)
  }

  @Test func showsEveryValueToAnObserver() throws {
    var names: [String] = []
    _ = try Interpreter(Self.model()).run(Self.input) { _, name, _ in names.append(name) }
    #expect(names == ["j", "y"])
  }

  @Test func namesTheInputThatIsMissing() throws {
    let interpreter = try Interpreter(Self.model())
    let error = #expect(throws: OperatorError.self) { try interpreter.run([:]) }
    #expect(error?.message == "the model's input \"x\" is not given")
  }

  @Test func namesEveryUnknownOperator() throws {
    var model = try Self.model()
    for name in ["Erfc", "Frob", "Erfc"] {
      model.graph.add(Node(OperatorID(name)), inputs: [], results: [Graph.Result(name)])
    }
    let error = #expect(throws: OperatorError.self) { try Interpreter(model) }
    #expect(error?.message == "no definition of Erfc, Frob")
  }

  @Test func namesTheNodeThatFails() throws {
    let interpreter = try Interpreter(Self.model())
    let error = #expect(throws: OperatorError.self) {
      try interpreter.run(["x": .tensor(Tensor(scalar: Float(1)))])
    }
    #expect(error?.place == "Concat")
    #expect(error?.code == .invalidAttribute)
  }

  @Test func takesAnyByteButZeroForTrue() throws {
    var graph = Graph()
    let x = graph.addInput(named: "x", type: .tensor(.bool, [2]))
    let not = graph.add(Node(OperatorID("Not")), inputs: [x], results: ["y"])
    graph.setOutputs([try #require(graph.output(0, of: not))])
    let bytes = Tensor(shape: [2], scalars: [0, 7] as [UInt8])
    let odd = try #require(Tensor(.bool, shape: [2], storage: bytes.storage))
    let outputs = try Interpreter(Model(graph: graph)).run(["x": .tensor(odd)])
    #expect(outputs == [.tensor(Tensor(shape: [2], scalars: [true, false]))])
  }
}
