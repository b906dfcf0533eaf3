import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct AxisNormalizationTests {
  static let cases = [
    OperatorCase(
      "divides by the norm of order 2", "LpNormalization", inputs: [floats([2, 2], [3, 4, 0, 2])],
      expected: [floats([2, 2], [0.6, 0.8, 0, 1])]),
    OperatorCase(
      "divides by the sum of magnitudes", "LpNormalization",
      ["p": .int(1), "axis": .int(0)], inputs: [floats([2, 2], [1, -4, 3, 4])],
      expected: [floats([2, 2], [0.25, -0.5, 0.75, 0.5])]),
    OperatorCase(
      "leaves zeros alone", "LpNormalization", inputs: [floats([2], [0, 0])],
      expected: [floats([2], [0, 0])]),
    OperatorCase(
      "takes what is empty", "LpNormalization", ["axis": .int(0)], inputs: [counting([0, 2])],
      expected: [counting([0, 2])]),
    OperatorCase(
      "normalizes along the axes that are named", "MeanVarianceNormalization",
      ["axes": .ints([0, -1])], inputs: [floats([2, 2, 1], [-1, 2, 1, 2])],
      expected: [floats([2, 2, 1], [-1, 0, 1, 0])]),
    OperatorCase(
      "normalizes channels by default", "MeanVarianceNormalization",
      inputs: [floats([2, 2, 1, 1], [-1, 3, 1, 5])],
      expected: [floats([2, 2, 1, 1], [-1, -1, 1, 1])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let mistakes: [(String, Attributes, Tensor)] = [
    ("LpNormalization", ["p": .int(3)], counting([2])),
    ("LpNormalization", ["axis": .int(1)], counting([2])),
    ("MeanVarianceNormalization", ["axes": .ints([0, 0])], counting([2, 2])),
    ("MeanVarianceNormalization", [:], counting([2, 2])),
  ]

  @Test(arguments: mistakes)
  func rejects(_ name: String, _ attributes: Attributes, _ input: Tensor) {
    let example = OperatorCase("", name, attributes, inputs: [input])
    let evaluation = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(evaluation?.code == .invalidAttribute)
    let inference = #expect(throws: OperatorError.self) { try example.inferTypes() }
    #expect(inference?.code == .invalidAttribute)
  }
}
