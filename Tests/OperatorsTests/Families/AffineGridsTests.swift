import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct AffineGridsTests {
  static let identity = floats([1, 2, 3], [1, 0, 0, 0, 1, 0])

  static let cases = [
    OperatorCase(
      "holds the centers of elements, the last axis first", "AffineGrid",
      inputs: [identity, list(1, 3, 2, 4)],
      expected: [
        floats(
          [1, 2, 4, 2],
          [
            -0.75, -0.5, -0.25, -0.5, 0.25, -0.5, 0.75, -0.5,
            -0.75, 0.5, -0.25, 0.5, 0.25, 0.5, 0.75, 0.5,
          ])
      ]),
    OperatorCase(
      "reaches the corners", "AffineGrid", ["align_corners": .int(1)],
      inputs: [identity, list(1, 3, 1, 3)],
      expected: [floats([1, 1, 3, 2], [-1, -1, 0, -1, 1, -1])]),
    OperatorCase(
      "maps each batch by its own matrix", "AffineGrid", ["align_corners": .int(1)],
      inputs: [
        floats([2, 2, 3], [0, 1, 5, 2, 0, 0, 1, 1, 0, 0, 0, 7]), list(2, 1, 2, 2),
      ],
      expected: [
        floats(
          [2, 2, 2, 2],
          [4, -2, 4, 2, 6, -2, 6, 2, -2, 7, 0, 7, 0, 7, 2, 7])
      ]),
    OperatorCase(
      "takes volumes", "AffineGrid",
      inputs: [
        floats([1, 3, 4], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0.5]), list(1, 1, 2, 1, 1),
      ],
      expected: [floats([1, 2, 1, 1, 3], [0, 0, 0, 0, 0, 1])]),
    OperatorCase(
      "has no places in an empty image", "AffineGrid", inputs: [identity, list(1, 3, 0, 4)],
      expected: [floats([1, 0, 4, 2], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func infersTheRankFromTheNumberOfExtents() throws {
    let theta = InferredValue.tensor(.float32, [.symbol("batch"), 2, 3])
    #expect(
      try inferred("AffineGrid", [:], [theta, .tensor(.int64, [4])]).type
        == .tensor(.float32, [.symbol("batch"), .unknown, .unknown, 2]))
  }

  static let mistakes: [([Tensor?], OperatorError.Code)] = [
    ([identity, list(1, 3, 2)], .incompatibleShapes),
    ([identity, list(1, 3, 2, 2, 2)], .incompatibleShapes),
    ([identity, list(2, 3, 2, 2)], .incompatibleShapes),
    ([identity, list(1, 3, -1, 2)], .incompatibleShapes),
    ([identity, list(1, 3, 1 << 40, 1 << 40)], .limitExceeded),
  ]

  @Test(arguments: mistakes)
  func rejects(_ inputs: [Tensor?], _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) {
      try OperatorCase("", "AffineGrid", inputs: inputs).evaluate()
    }
    #expect(error?.code == code)
  }
}
