import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct SequenceReversalTests {
  static let cases = [

    OperatorCase(
      "reverses columns", "ReverseSequence", inputs: [counting([3, 2]), list(3, 2)],
      expected: [floats([3, 2], [4, 3, 2, 1, 0, 5])]),
    OperatorCase(
      "reverses rows", "ReverseSequence", ["time_axis": .int(1), "batch_axis": .int(0)],
      inputs: [counting([2, 3]), list(1, 3)], expected: [floats([2, 3], [0, 1, 2, 5, 4, 3])]),
    OperatorCase(
      "moves what lies behind both axes", "ReverseSequence",
      inputs: [counting([2, 1, 2]), list(2)], expected: [floats([2, 1, 2], [2, 3, 0, 1])]),
    OperatorCase(
      "reverses nothing", "ReverseSequence", inputs: [counting([0, 1]), list(0)],
      expected: [counting([0, 1])]),

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
      OperatorCase("", "ReverseSequence", inputs: [counting([2, 1]), list(3)]),
      "sequence_lens does not hold 1 lengths from 0 to 2"
    ),
    (
      OperatorCase(
        "", "ReverseSequence", ["time_axis": .int(1)], inputs: [counting([2, 1]), list(1)]),
      "time_axis 1 and batch_axis 1 do not suit the shape [2, 1]"
    ),
    (
      OperatorCase("", "ReverseSequence", inputs: [counting([2]), list(1)]),
      "time_axis 0 and batch_axis 1 do not suit the shape [2]"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

}
