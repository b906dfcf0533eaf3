import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct SoftmaxTests {
  private static let numbers = Tensor(shape: [2, 2], scalars: [0, 1, 1000, 1000] as [Float])
  private static let high: Float = 0.73105858
  private static let low: Float = 0.26894142

  static let cases: [(OperatorCase, [Float])] = [
    (OperatorCase("", "Softmax", inputs: [numbers]), [low, high, 0.5, 0.5]),
    (OperatorCase("", "Softmax", ["axis": .int(0)], inputs: [numbers]), [0, 0, 1, 1]),
    (
      OperatorCase("", "LogSoftmax", inputs: [numbers]),
      [-1.3132617, -0.31326169, -0.69314718, -0.69314718]
    ),
    (OperatorCase("", "Hardmax", inputs: [numbers]), [0, 1, 1, 0]),
    (OperatorCase("", "Hardmax", ["axis": .int(-2)], inputs: [numbers]), [0, 0, 1, 1]),
  ]

  @Test(arguments: cases.indices)
  func evaluatesAlongItsAxis(_ index: Int) throws {
    let (example, expected) = Self.cases[index]
    let result = try #require(try example.evaluate().first)
    #expect(result.shape == [2, 2])
    for (value, wanted) in zip(result.scalars(of: Float.self), expected) {
      #expect(abs(value - wanted) <= 2e-7)
    }
    #expect(try example.inferTypes() == [.tensor(.float32, [2, 2])])
  }

  /// With one rounding at the end they would be other numbers.
  @Test(
    arguments: [
      ("Softmax", [0.689453125, 0.1744384765625, 0.1357421875]),
      ("LogSoftmax", [-0.37158203125, -1.74609375, -1.99609375]),
    ] as [(String, [Float])])
  func roundsEachStepOfHalfFloats(_ name: String, _ expected: [Float]) throws {
    let numbers = floats([3], [1.75, 0.375, 0.125]).converted(to: .float16)
    let result = try OperatorCase("", name, inputs: [numbers]).evaluate()
    #expect(result == [floats([3], expected).converted(to: .float16)])
  }

  @Test(arguments: ["Softmax", "LogSoftmax", "Hardmax"])
  func takesWhatIsEmpty(_ name: String) throws {
    let empty = Tensor(shape: [2, 0], scalars: [] as [Float])
    #expect(try OperatorCase("", name, inputs: [empty]).evaluate() == [empty])
  }

  @Test func rejectsAnAxisOutOfRange() {
    let example = OperatorCase("", "Softmax", ["axis": .int(2)], inputs: [Self.numbers])
    #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(throws: OperatorError.self) { try example.inferTypes() }
  }

  @Test(arguments: [[2, 5] as Shape, [2, 5, 1, 1], [.symbol("batch"), 10]])
  func keepsTheAxisOfOldVersionsWhereItIsTheLast(_ shape: Shape) throws {
    let graph = try UpgradeCase(
      "Softmax", version: 11, inputs: [.value(.tensor(.float32, shape))]
    ).upgraded()
    #expect(graph.operatorNames == ["Softmax"])
    let node = try #require(graph.nodes.first { _ in true })
    #expect(graph[node].attributes["axis"] == .int(1))
  }

  @Test(arguments: [[2, 5, 3] as Shape, nil])
  func makesAMatrixWhereTheAxisOfOldVersionsIsNotTheLast(_ shape: Shape?) throws {
    let graph = try UpgradeCase(
      "LogSoftmax", version: 1, inputs: [.value(.tensor(.float32, shape))]
    ).upgraded()
    #expect(graph.operatorNames == ["Shape", "Flatten", "LogSoftmax", "Reshape"])
    #expect(graph.producer(of: graph.outputs[0]).map { graph[$0].operatorID.name } == "Reshape")
    #expect(graph.name(of: graph.outputs[0]) == "result")
  }
}
