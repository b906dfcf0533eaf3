import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct UnpoolingTests {
  static let halves: Attributes = ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])]
  static let maxima = floats([1, 1, 2, 2], [5, 6, 7, 8])
  static let places = integers([1, 1, 2, 2], [5, 7, 13, 15])

  static let cases = [
    OperatorCase(
      "puts maxima back", "MaxUnpool", halves, inputs: [maxima, places],
      expected: [
        floats([1, 1, 4, 4], [0, 0, 0, 0, 0, 5, 0, 6, 0, 0, 0, 0, 0, 7, 0, 8])
      ]),
    OperatorCase(
      "counts through all planes", "MaxUnpool", ["kernel_shape": .ints([2])],
      inputs: [floats([1, 2, 1], [3, 4]), integers([1, 2, 1], [1, 2])],
      expected: [floats([1, 2, 2], [0, 3, 4, 0])]),
    OperatorCase(
      "takes off the padding", "MaxUnpool",
      ["kernel_shape": .ints([3]), "strides": .ints([2]), "pads": .ints([1, 1])],
      inputs: [floats([1, 1, 2], [3, 4]), integers([1, 1, 2], [0, 2])],
      expected: [floats([1, 1, 3], [3, 0, 4])]),
    OperatorCase(
      "starts a larger output with the one that follows from the windows", "MaxUnpool", halves,
      inputs: [maxima, places, list(1, 1, 5, 4)],
      expected: [
        floats([1, 1, 5, 4], [0, 0, 0, 0, 0, 5, 0, 6, 0, 0, 0, 0, 0, 7, 0, 8, 0, 0, 0, 0])
      ]),
    OperatorCase(
      "counts in a larger output when an index exists only there", "MaxUnpool",
      ["kernel_shape": .ints([2]), "strides": .ints([2])],
      inputs: [floats([1, 2, 1], [3, 4]), integers([1, 2, 1], [1, 4]), list(1, 2, 3)],
      expected: [floats([1, 2, 3], [0, 3, 0, 0, 4, 0])]),
    OperatorCase(
      "makes a smaller output", "MaxUnpool", ["kernel_shape": .ints([2]), "strides": .ints([2])],
      inputs: [floats([1, 1, 2], [3, 4]), integers([1, 1, 2], [0, 2]), list(1, 1, 3)],
      expected: [floats([1, 1, 3], [3, 0, 4])]),
    OperatorCase(
      "takes an empty batch", "MaxUnpool", ["kernel_shape": .ints([2])],
      inputs: [counting([0, 1, 2]), integers([0, 1, 2], [])], expected: [floats([0, 1, 3], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func infersExtentsOfSymbols() throws {
    let input = InferredValue.tensor(.float32, [.symbol("n"), 3, .symbol("h"), 2])
    #expect(
      try inferred("MaxUnpool", Self.halves, [input, .unknown]).type
        == .tensor(.float32, [.symbol("n"), 3, .symbol("h") * 2, 4]))
    #expect(
      try inferred("MaxUnpool", Self.halves, [input, .unknown, .tensor(.int64, [4])]).type
        == .tensor(.float32, [.unknown, .unknown, .unknown, .unknown]))
  }

  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    (halves, [maxima, integers([4], [0, 1, 2, 3])], .incompatibleShapes),
    (halves, [maxima, integers([1, 1, 2, 2], [0, 1, 2, 16])], .invalidValue),
    (halves, [maxima, integers([1, 1, 2, 2], [0, 1, 2, -1])], .invalidValue),
    (halves, [maxima, places, list(5, 5)], .incompatibleShapes),
    (halves, [maxima, places, list(1, 1, 1 << 40, 1 << 40)], .limitExceeded),
    (["kernel_shape": .ints([2])], [maxima, places], .incompatibleShapes),
    (
      ["kernel_shape": .ints([1, 1]), "pads": .ints([2, 2, 2, 2])], [maxima, places],
      .incompatibleShapes
    ),
    ([:], [maxima, places], .invalidAttribute),
  ]

  @Test(arguments: mistakes)
  func rejects(_ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) {
      try OperatorCase("", "MaxUnpool", attributes, inputs: inputs).evaluate()
    }
    #expect(error?.code == code)
  }
}
