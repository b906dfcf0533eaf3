import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct BatchNormalizationTests {
  static let input = floats([1, 2, 2], [1, 3, 10, 30])
  static let parameters = [
    floats([2], [2, 1]), floats([2], [0, 5]), floats([2], [1, 10]), floats([2], [4, 100]),
  ]
  static let exact: Attributes = ["epsilon": .float(0)]

  static let cases = [
    OperatorCase(
      "uses the statistics it is given", "BatchNormalization", exact,
      inputs: [input] + parameters, expected: [floats([1, 2, 2], [0, 2, 5, 7])]),
    OperatorCase(
      "uses those of the batch in training", "BatchNormalization",
      ["epsilon": .float(0), "training_mode": .int(1), "momentum": .float(0.5)],
      inputs: [input] + parameters,
      expected: [
        floats([1, 2, 2], [-2, 2, 4, 6]), floats([2], [1.5, 15]), floats([2], [2.5, 100]),
      ]),
    OperatorCase(
      "takes a batch of numbers", "BatchNormalization", exact,
      inputs: [counting([3])] + [2, 1, 1, 4].map { floats([1], [$0]) },
      expected: [floats([3], [0, 1, 2])]),
    OperatorCase(
      "takes an empty batch", "BatchNormalization", inputs: [counting([0, 2, 3])] + parameters,
      expected: [floats([0, 2, 3], [])]),
    OperatorCase(
      "gives each output the type of its input", "BatchNormalization",
      ["epsilon": .float(0), "training_mode": .int(1), "momentum": .float(0.5)],
      inputs: [input.converted(to: .float16)] + parameters,
      expected: [
        floats([1, 2, 2], [-2, 2, 4, 6]).converted(to: .float16), floats([2], [1.5, 15]),
        floats([2], [2.5, 100]),
      ]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func rejectsParametersOfAnotherLength() {
    let example = OperatorCase(
      "", "BatchNormalization", inputs: [counting([1, 3, 2])] + Self.parameters)
    let evaluation = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(evaluation?.message == "input 1 has 2 numbers for 3 channels")
    let inference = #expect(throws: OperatorError.self) { try example.inferTypes() }
    #expect(inference?.message == evaluation?.message)
  }

  @Test func refusesRunningStatisticsOutsideOfTraining() {
    let example = OperatorCase(
      "", "BatchNormalization", inputs: [Self.input] + Self.parameters,
      expected: [Self.input, Self.input])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .wrongOutputCount)
  }

  @Test func infersFromSymbols() throws {
    let type = ValueType.tensor(.float32, [.symbol("batch"), .symbol("c"), .unknown])
    let parameters = [InferredValue](repeating: .tensor(.float32), count: 4)
    #expect(
      try inferred("BatchNormalization", [:], [InferredValue(type)] + parameters).type == type)
  }

  // MARK: - Older versions

  @Test(arguments: [(1, nil), (0, .int(1))] as [(Int64, Attribute?)])
  func readsTheModeFromIsTest(_ isTest: Int64, _ expected: Attribute?) throws {
    let node = UpgradedNode(
      "BatchNormalization", version: 1, ["is_test": .int(isTest), "consumed_inputs": .ints([0])],
      inputs: [Self.input] + Self.parameters)
    let attributes = node.graph[try node.id].attributes
    #expect(attributes["training_mode"] == expected)
    #expect(attributes.count == (expected == nil ? 0 : 1))
    #expect(node.report.errors.isEmpty)
  }

  @Test func readsTheModeFromTheNumberOfOutputs() throws {
    for (count, expected) in [(1, nil), (3, Attribute.int(1))] {
      let node = UpgradedNode(
        "BatchNormalization", version: 9, inputs: [Self.input] + Self.parameters, outputs: count)
      #expect(node.graph[try node.id].attributes["training_mode"] == expected)
    }
  }

  @Test func refusesWhatWasSavedForGradients() {
    let node = UpgradedNode(
      "BatchNormalization", version: 7, inputs: [Self.input] + Self.parameters, outputs: 5)
    #expect(node.report.errors.first?.code == .unsupported)
  }

  @Test func flattensStatisticsOfSingleElements() throws {
    let parameters = [2, 1, 1, 4].map { (scale: Float) in
      floats([2, 2], [scale, scale, 2 * scale, 2 * scale])
    }
    let node = UpgradedNode(
      "BatchNormalization", version: 7, ["spatial": .int(0), "epsilon": .float(0)],
      inputs: [Self.input] + parameters)
    #expect(node.report.errors.isEmpty)
    #expect(
      node.graph.operatorNames == [
        "Flatten", "Reshape", "Reshape", "Reshape", "Reshape", "BatchNormalization", "Shape",
        "Reshape",
      ])
    let output = node.graph.outputs[0]
    #expect(node.graph.name(of: output) == "y0")
    #expect(node.graph.type(of: output) == .tensor(.float32, [1, 2, 2]))
  }
}
