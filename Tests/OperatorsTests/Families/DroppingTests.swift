import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct DroppingTests {
  static let ratio = floats([], [0.25])
  static let training = Tensor(scalar: true)
  static let four = floats([2, 2], [1, 2, 3, 4])
  static let kept = Tensor(shape: [2, 2], scalars: [true, true, true, true])

  static let cases = [

    OperatorCase("drops nothing", "Dropout", inputs: [four], expected: [four]),
    OperatorCase(
      "drops nothing when a model is used", "Dropout",
      inputs: [four, ratio, Tensor(scalar: false)], expected: [four, kept]),
    OperatorCase(
      "drops a share of nothing", "Dropout", inputs: [four, floats([1], [0]), training],
      expected: [four, kept]),
    // NumPy: RandomState(0).uniform(size=4) is .5488, .7152, .6028, .5449.
    OperatorCase(
      "drops what NumPy's numbers say", "Dropout", ["seed": .int(0)],
      inputs: [four, floats([], [0.6]), training],
      expected: [
        floats([2, 2], [0, 2 * (1 / (1 - 0.6)), 3 * (1 / (1 - 0.6)), 0]),
        Tensor(shape: [2, 2], scalars: [false, true, true, false]),
      ]),
    OperatorCase(
      "drops half unless told otherwise", "Dropout", ["seed": .int(0)],
      inputs: [four, nil, training], expected: [floats([2, 2], [2, 4, 6, 8]), kept]),
    OperatorCase(
      "takes a ratio of another type", "Dropout", ["seed": .int(0)],
      inputs: [
        Tensor(shape: [1], scalars: [8 as Float16]), Tensor(scalar: 0.5 as Double), training,
      ],
      expected: [Tensor(shape: [1], scalars: [16 as Float16]), Tensor(shape: [1], scalars: [true])]),
    OperatorCase(
      "drops nothing of nothing", "Dropout", inputs: [counting([0]), ratio, training],
      expected: [counting([0]), Tensor(shape: [0], scalars: [] as [Bool])]),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
    #expect(Array(try example.inferTypes().prefix(example.expected.count)) == example.expectedTypes)
  }

  @Test func dropsTheSameWithoutASeedEveryTime() throws {
    let many = counting([64])
    func evaluate(_ name: String) throws -> [RuntimeValue] {
      let definition = try #require(OperatorRegistry.standard[OperatorID("Dropout")])
      let node = Node(OperatorID("Dropout"), name: name)
      return try definition.evaluate(
        KernelContext(
          node: node, inputs: [.tensor(many), nil, .tensor(Self.training)],
          outputs: [true, true]))
    }
    #expect(try evaluate("a") == evaluate("a"))
    #expect(try evaluate("a") != evaluate("b"))
  }

  static let errors: [(OperatorCase, String)] = [

    (OperatorCase("", "Dropout", inputs: [four, floats([], [1]), training]), "ratio is 1.0"),
    (OperatorCase("", "Dropout", inputs: [four, floats([], [.nan]), training]), "ratio is nan"),
    (
      OperatorCase("", "Dropout", inputs: [four, counting([2]), training]),
      "ratio holds 2 numbers, not one"
    ),
    (
      OperatorCase("", "Dropout", inputs: [four, ratio, kept]),
      "training_mode holds 4 flags, not one"
    ),
    (
      OperatorCase("", "Dropout", inputs: [list(1)]),
      "data is of int64; it takes float32, float16, float64, bfloat16, float8e4m3fn, "
        + "float8e4m3fnuz, float8e5m2, float8e5m2fnuz"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test(
    arguments: [
      (1, ["is_test": .int(1), "ratio": .float(0.25), "consumed_inputs": .ints([0])], nil),
      (6, ["ratio": .float(0.25)], true), (7, ["ratio": .float(0.25)], nil),
      (10, ["ratio": .float(0.25)], nil),
    ] as [(Int, Attributes, Bool?)])
  func upgrades(_ version: Int, _ attributes: Attributes, _ isTraining: Bool?) throws {
    let graph = try UpgradeCase(
      "Dropout", version: version, attributes, inputs: [.value(.tensor(.float16, [2]))]
    ).upgraded()
    #expect(graph.operatorNames == ["Dropout"])
    let inputs = try #require(graph.constants(ofFirst: "Dropout"))
    #expect(inputs[1] == Tensor(scalar: 0.25 as Float16))
    #expect(inputs.count > 2 ? inputs[2] == Tensor(scalar: true) : isTraining == nil)
    let node = try #require(graph.nodes.first { _ in true })
    #expect(graph[node].attributes.isEmpty)
  }

  @Test func givesTheMaskOfAnOldVersionItsType() throws {
    let model = try Self.prepared(
      """
      model opset 7
      graph main(%x: float32[2]) -> (%y, %m) {
        %y, %m = Dropout.7(%x)
        return %y, %m
      }
      """)
    #expect(model.graph.operatorNames == ["Dropout", "CastLike"])
    let types = model.graph.outputs.map { model.graph.type(of: $0)?.description }
    #expect(types == ["float32[2]", "float32[2]"])
  }

  static func prepared(_ text: String) throws -> Model {
    var model = try Model(text: text)
    #expect(model.prepare().errors.isEmpty)
    return model
  }
}
