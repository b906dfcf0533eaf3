import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct BoxSelectionTests {
  /// Three boxes: the second overlaps the first by half, the third lies apart.
  static let boxes = floats([1, 3, 4], [0, 0, 2, 2, 0, 0, 2, 1, 5, 5, 6, 6])
  static let scores = floats([1, 1, 3], [0.5, 0.9, 0.7])

  static let cases = [
    OperatorCase(
      "keeps the best of boxes that overlap", "NonMaxSuppression",
      inputs: [boxes, scores, list(10), floats([], [0.4])],
      expected: [integers([2, 3], [0, 0, 1, 0, 0, 2])]),
    OperatorCase(
      "keeps boxes that overlap just as much as allowed", "NonMaxSuppression",
      inputs: [boxes, scores, list(10), floats([1], [0.5])],
      expected: [integers([3, 3], [0, 0, 1, 0, 0, 2, 0, 0, 0])]),
    OperatorCase(
      "stops at the limit", "NonMaxSuppression", inputs: [boxes, scores, list(1)],
      expected: [integers([1, 3], [0, 0, 1])]),
    OperatorCase(
      "keeps nothing without a limit", "NonMaxSuppression", inputs: [boxes, scores],
      expected: [integers([0, 3], [])]),
    OperatorCase(
      "drops low scores", "NonMaxSuppression",
      inputs: [boxes, scores, list(10), floats([], [1]), floats([], [0.7])],
      expected: [integers([1, 3], [0, 0, 1])]),
    OperatorCase(
      "prefers the first of equal scores and treats classes apart", "NonMaxSuppression",
      inputs: [
        boxes, floats([1, 2, 3], [1, 1, 1, 0, 0, 2]), list(2), floats([], [0.4]),
      ],
      expected: [integers([4, 3], [0, 0, 0, 0, 0, 2, 0, 1, 2, 0, 1, 0])]),
    OperatorCase(
      "takes corners in any order", "NonMaxSuppression",
      inputs: [
        floats([1, 2, 4], [2, 2, 0, 0, 0, 1, 2, 0]), floats([1, 1, 2], [1, 2]), list(2),
        floats([], [0.4]),
      ],
      expected: [integers([1, 3], [0, 0, 1])]),
    OperatorCase(
      "takes centers", "NonMaxSuppression", ["center_point_box": .int(1)],
      inputs: [
        floats([2, 2, 4], [1, 1, 2, 2, 0.5, 1, 1, 2, 1, 1, 2, 2, 9, 9, 2, 2]),
        floats([2, 1, 2], [1, 2, 1, 2]), list(2), floats([], [0.4]),
      ],
      expected: [integers([3, 3], [0, 0, 1, 1, 0, 1, 1, 0, 0])]),
    OperatorCase(
      "puts scores that are no numbers last", "NonMaxSuppression",
      inputs: [boxes, floats([1, 1, 3], [.nan, 0, 1]), list(3), floats([], [1])],
      expected: [integers([3, 3], [0, 0, 2, 0, 0, 1, 0, 0, 0])]),
    OperatorCase(
      "has nothing to select", "NonMaxSuppression",
      inputs: [counting([1, 0, 4]), counting([1, 2, 0]), list(3)],
      expected: [integers([0, 3], [])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersWhatIsKnownOfTheType(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == [.tensor(.int64, [.unknown, 3])])
  }

  @Test func doesNotCountWhatHasNoElements() throws {
    let example = OperatorCase(
      "", "NonMaxSuppression",
      inputs: [counting([1, 0, 4]), floats([1, 1 << 40, 0], []), list(1)])
    #expect(try example.evaluate() == [integers([0, 3], [])])
  }

  static let mistakes: [(Attributes, [Tensor?], OperatorError.Code)] = [
    (["center_point_box": .int(2)], [boxes, scores], .invalidAttribute),
    ([:], [boxes, counting([1, 1, 2])], .incompatibleShapes),
    ([:], [counting([3, 4]), scores], .incompatibleShapes),
    ([:], [boxes, scores, list(1, 2)], .incompatibleShapes),
    ([:], [boxes, scores, list(1), floats([], [1.5])], .invalidValue),
    ([:], [boxes, scores, list(1), floats([], [.nan])], .invalidValue),
    ([:], [boxes, scores, list(1), floats([2], [0, 1])], .incompatibleShapes),
  ]

  @Test(arguments: mistakes)
  func rejects(_ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code) {
    let error = #expect(throws: OperatorError.self) {
      try OperatorCase("", "NonMaxSuppression", attributes, inputs: inputs).evaluate()
    }
    #expect(error?.code == code)
  }
}
