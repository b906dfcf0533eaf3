import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct LayerNormalizationTests {
  static let exact: Attributes = ["epsilon": .float(0)]
  static let rows = floats([2, 2], [0, 2, 10, 30])

  static let cases = [
    OperatorCase(
      "normalizes the last axis", "LayerNormalization", exact,
      inputs: [rows, floats([2], [1, 2]), floats([2], [5, 0])],
      expected: [
        floats([2, 2], [4, 2, 4, 2]), floats([2, 1], [1, 20]), floats([2, 1], [1, 0.1]),
      ]),
    OperatorCase(
      "normalizes several axes", "LayerNormalization",
      ["epsilon": .float(0), "axis": .int(0)],
      inputs: [floats([2, 2], [-1, 1, -1, 1]), floats([2, 1], [1, 3])],
      expected: [
        floats([2, 2], [-1, 1, -3, 3]), floats([1, 1], [0]), floats([1, 1], [1]),
      ]),
    OperatorCase(
      "broadcasts a scalar scale", "LayerNormalization", exact,
      inputs: [rows, floats([], [3])], expected: [floats([2, 2], [-3, 3, -3, 3])]),
    OperatorCase(
      "keeps statistics of half floats in 32 bits", "LayerNormalization", exact,
      inputs: [rows.converted(to: .float16), floats([], [1]).converted(to: .float16)],
      expected: [
        floats([2, 2], [-1, 1, -1, 1]).converted(to: .float16), floats([2, 1], [1, 20]),
        floats([2, 1], [1, 0.1]),
      ]),
    OperatorCase(
      "takes no rows", "LayerNormalization", inputs: [counting([0, 2]), counting([2])],
      expected: [floats([0, 2], []), floats([0, 1], []), floats([0, 1], [])]),
    OperatorCase(
      "divides by the root of the mean square", "RMSNormalization", exact,
      inputs: [floats([2, 2], [1, -1, 2, 2]), floats([2], [1, 10])],
      expected: [floats([2, 2], [1, -10, 1, 10])]),
    OperatorCase(
      "has the type of the scale", "RMSNormalization",
      ["epsilon": .float(0), "axis": .int(-2)],
      inputs: [floats([1, 2], [3, -3]).converted(to: .float16), floats([1], [2])],
      expected: [floats([1, 2], [2, -2])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate().prefix(example.expected.count) == example.expected[...])
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func keepsStatisticsInSixtyFourBitsWhenAllIs() throws {
    let example = OperatorCase(
      "", "LayerNormalization",
      inputs: [Self.rows.converted(to: .float64), floats([], [1]).converted(to: .float64)],
      expected: [Self.rows, Self.rows, Self.rows])
    let types = try example.evaluate(precision: .float64).map(\.elementType)
    #expect(types == [.float64, .float64, .float64])
  }

  static let mistakes: [(String, Attributes, [Tensor?], OperatorError.Code)] = [
    ("LayerNormalization", ["axis": .int(2)], [rows, floats([], [1])], .invalidAttribute),
    ("LayerNormalization", ["stash_type": .int(7)], [rows, floats([], [1])], .invalidAttribute),
    ("LayerNormalization", [:], [rows, counting([3])], .incompatibleShapes),
    ("LayerNormalization", [:], [rows, counting([1, 1, 1])], .incompatibleShapes),
    ("LayerNormalization", [:], [counting([]), counting([])], .invalidAttribute),
    ("RMSNormalization", ["axis": .int(-3)], [rows, floats([], [1])], .invalidAttribute),
    ("RMSNormalization", [:], [rows, counting([3])], .incompatibleShapes),
  ]

  @Test(arguments: mistakes)
  func rejects(
    _ name: String, _ attributes: Attributes, _ inputs: [Tensor?], _ code: OperatorError.Code
  ) {
    let example = OperatorCase("", name, attributes, inputs: inputs)
    let evaluation = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(evaluation?.code == code)
    let inference = #expect(throws: OperatorError.self) { try example.inferTypes() }
    #expect(inference?.code == code)
  }
}
