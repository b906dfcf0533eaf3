import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct DiagonalsTests {
  static let cases = [

    OperatorCase(
      "keeps the upper triangle", "Trilu", inputs: [floats([2, 3], [1, 2, 3, 4, 5, 6])],
      expected: [floats([2, 3], [1, 2, 3, 0, 5, 6])]),
    OperatorCase(
      "keeps what lies above a diagonal", "Trilu",
      inputs: [floats([2, 3], [1, 2, 3, 4, 5, 6]), Tensor(scalar: 1 as Int64)],
      expected: [floats([2, 3], [0, 2, 3, 0, 0, 6])]),
    OperatorCase(
      "keeps lower triangles", "Trilu", ["upper": .int(0)],
      inputs: [floats([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])],
      expected: [floats([2, 2, 2], [1, 0, 3, 4, 5, 0, 7, 8])]),
    OperatorCase(
      "keeps what lies below a diagonal", "Trilu", ["upper": .int(0)],
      inputs: [floats([2, 2], [1, 2, 3, 4]), Tensor(scalar: -1 as Int64)],
      expected: [floats([2, 2], [0, 0, 3, 0])]),
    OperatorCase(
      "keeps everything", "Trilu",
      inputs: [floats([1, 2], [1, 2]), Tensor(scalar: Int64.min)],
      expected: [floats([1, 2], [1, 2])]),
    OperatorCase(
      "keeps nothing", "Trilu", inputs: [floats([1, 2], [1, 2]), Tensor(scalar: Int64.max)],
      expected: [floats([1, 2], [0, 0])]),
    OperatorCase(
      "keeps what is empty", "Trilu", inputs: [counting([2, 0])], expected: [counting([2, 0])]),
    OperatorCase(
      "makes ones on the diagonal", "EyeLike", inputs: [counting([2, 3])],
      expected: [floats([2, 3], [1, 0, 0, 0, 1, 0])]),
    OperatorCase(
      "makes ones of another type beside the diagonal", "EyeLike",
      ["dtype": .int(7), "k": .int(1)], inputs: [counting([2, 3])],
      expected: [integers([2, 3], [0, 1, 0, 0, 0, 1])]),
    OperatorCase(
      "makes no ones far from the matrix", "EyeLike", ["k": .int(.min)],
      inputs: [counting([1, 1])],
      expected: [floats([1, 1], [0])]),

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
      OperatorCase("", "Trilu", inputs: [counting([2])]),
      "a tensor of shape [2] is no matrix"
    ),
    (
      OperatorCase("", "EyeLike", inputs: [counting([2])]),
      "a tensor of shape [2] is no matrix"
    ),
    (
      OperatorCase("", "EyeLike", ["dtype": .int(8)], inputs: [counting([1, 1])]),
      "dtype is 8, which is no numeric type"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

}
