import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct OneHotEncodingTests {
  static let cases = [

    OperatorCase(
      "marks places along a last axis", "OneHot",
      inputs: [list(1, -1, 3), Tensor(scalar: 3 as Int64), floats([2], [0, 5])],
      expected: [floats([3, 3], [0, 5, 0, 0, 0, 5, 0, 0, 0])]),
    OperatorCase(
      "marks places along a first axis", "OneHot", ["axis": .int(0)],
      inputs: [floats([2], [0, 1]), floats([1], [2]), Tensor(shape: [2], strings: ["", "x"])],
      expected: [Tensor(shape: [2, 2], strings: ["x", "", "", "x"])]),
    OperatorCase(
      "marks the place of a scalar", "OneHot",
      inputs: [Tensor(scalar: 1 as Int64), list(2), list(7, 8)], expected: [list(7, 8)]),
    OperatorCase(
      "marks nothing", "OneHot", inputs: [integers([0], []), list(2), list(7, 8)],
      expected: [integers([0, 2], [])]),

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
      OperatorCase("", "OneHot", inputs: [list(1), list(2), list(1, 2, 3)]),
      "depth holds 1 numbers and values have the shape [3]"
    ),
    (
      OperatorCase("", "OneHot", inputs: [list(1), list(-2), list(1, 2)]),
      "the output would have the shape [1, -2, 8]"
    ),
    (
      OperatorCase("", "OneHot", ["axis": .int(2)], inputs: [list(1), list(2), list(1, 2)]),
      "axis 2 is out of range for a tensor of rank 2"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

}
