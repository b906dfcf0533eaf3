import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct RankingTests {
  static let cases = [

    OperatorCase(
      "takes the largest, the first of equals", "TopK",
      inputs: [floats([4], [1, 3, 2, 3]), list(3)],
      expected: [floats([3], [3, 3, 2]), list(1, 3, 2)]),
    OperatorCase(
      "takes the smallest", "TopK", ["largest": .int(0), "axis": .int(0)],
      inputs: [integers([3, 2], [5, 1, 4, 2, 3, 3]), list(2)],
      expected: [integers([2, 2], [3, 1, 4, 2]), integers([2, 2], [2, 0, 1, 1])]),
    OperatorCase(
      "takes NaN for the largest", "TopK", inputs: [floats([3], [1, .nan, .infinity]), list(3)],
      expected: [floats([3], [.nan, .infinity, 1]), list(1, 2, 0)]),
    OperatorCase(
      "takes nothing", "TopK", inputs: [counting([2]), list(0)],
      expected: [counting([0]), integers([0], [])]),
    OperatorCase(
      "ranks small floats", "TopK",
      inputs: [floats([2], [1, 2]).converted(to: .float16), list(1)],
      expected: [floats([1], [2]).converted(to: .float16), list(1)]),

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
      OperatorCase("", "TopK", inputs: [counting([2]), list(3)]),
      "the [3] first of 2 elements are asked for"
    ),
    (
      OperatorCase("", "TopK", inputs: [counting([2]), list(1, 1)]),
      "the [1, 1] first of 2 elements are asked for"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func turnsTheNumberIntoAnInput() throws {
    let node = UpgradedNode("TopK", version: 1, ["k": .int(1)], inputs: [counting([3])], outputs: 2)
    let expected = [floats([1], [2]), list(2)]
    #expect(try node.evaluate(outputs: expected) == expected)
  }

}
