import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ScatteringTests {
  static let cases = [

    OperatorCase(
      "writes elements", "ScatterElements", ["axis": .int(1)],
      inputs: [counting([1, 4]), integers([1, 2], [1, -1]), floats([1, 2], [10, 11])],
      expected: [floats([1, 4], [0, 10, 2, 11])]),
    OperatorCase(
      "writes strings", "ScatterElements",
      inputs: [
        Tensor(shape: [2], strings: ["a", "b"]), list(1), Tensor(shape: [1], strings: ["c"]),
      ],
      expected: [Tensor(shape: [2], strings: ["a", "c"])]),
    OperatorCase(
      "adds elements one after another", "ScatterElements", ["reduction": .string("add")],
      inputs: [counting([2]), list(1, 1), floats([2], [10, 100])],
      expected: [floats([2], [0, 111])]),
    OperatorCase(
      "multiplies integers, which wrap around", "ScatterElements", ["reduction": .string("mul")],
      inputs: [
        Tensor(shape: [1], scalars: [100] as [Int8]), list(0),
        Tensor(shape: [1], scalars: [3] as [Int8]),
      ],
      expected: [Tensor(shape: [1], scalars: [44] as [Int8])]),
    OperatorCase(
      "keeps the larger", "ScatterElements", ["reduction": .string("max")],
      inputs: [counting([2]), list(0, 1), floats([2], [-1, 5])], expected: [floats([2], [0, 5])]),
    OperatorCase(
      "keeps the smaller", "ScatterND", ["reduction": .string("min")],
      inputs: [counting([2]), integers([2, 1], [0, 1]), floats([2], [-1, 5])],
      expected: [floats([2], [-1, 1])]),
    OperatorCase(
      "writes slices", "ScatterND",
      inputs: [counting([3, 2]), integers([1, 1], [-1]), floats([1, 2], [8, 9])],
      expected: [floats([3, 2], [0, 1, 2, 3, 8, 9])]),
    OperatorCase(
      "writes at coordinates", "ScatterND",
      inputs: [counting([2, 2]), integers([2, 2], [0, 1, 1, 0]), floats([2], [8, 9])],
      expected: [floats([2, 2], [0, 8, 9, 3])]),
    OperatorCase(
      "writes nothing", "ScatterND",
      inputs: [counting([2]), integers([0, 1], []), floats([0], [])], expected: [counting([2])]),
    OperatorCase(
      "writes as before", "Scatter", inputs: [counting([2]), list(0), floats([1], [7])],
      expected: [floats([2], [7, 1])]),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let errors: [(OperatorCase, String)] = [

    (
      OperatorCase("", "ScatterElements", inputs: [counting([2]), list(2), floats([1], [7])]),
      "index 2 is out of range for an axis of 2"
    ),
    (
      OperatorCase("", "ScatterElements", inputs: [counting([2]), list(0), counting([2])]),
      "updates of shape [2] do not match indices of shape [1]"
    ),
    (
      OperatorCase(
        "", "ScatterND", inputs: [counting([2]), integers([1, 1], [0]), counting([2])]),
      "updates have the shape [2], not [1]"
    ),
    (
      OperatorCase(
        "", "ScatterND", ["reduction": .string("mean")],
        inputs: [counting([2]), integers([1, 1], [0]), counting([1])]),
      "reduction is \"mean\""
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func turnsScatterIntoScatterElements() throws {
    let node = UpgradedNode(
      "Scatter", version: 9, ["axis": .int(0)],
      inputs: [counting([2]), list(1), floats([1], [7])])
    #expect(try node.graph[node.id].operatorID == OperatorID("ScatterElements", version: 18))
    #expect(try node.evaluate() == [floats([2], [0, 7])])
  }

}
