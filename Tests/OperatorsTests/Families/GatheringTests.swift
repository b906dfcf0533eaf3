import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct GatheringTests {
  static let cases = [
    OperatorCase(
      "gathers rows", "Gather", inputs: [counting([3, 2]), list(2, -3)],
      expected: [floats([2, 2], [4, 5, 0, 1])]),
    OperatorCase(
      "gathers columns at indices of any rank", "Gather", ["axis": .int(-1)],
      inputs: [counting([2, 3]), integers([1, 2], [0, 2])],
      expected: [floats([2, 1, 2], [0, 2, 3, 5])]),
    OperatorCase(
      "removes the axis for a scalar", "Gather",
      inputs: [Tensor(shape: [2], strings: ["a", "b"]), integers([], [1])],
      expected: [Tensor(shape: [], strings: ["b"])]),
    OperatorCase(
      "gathers nothing", "Gather", inputs: [counting([0, 2]), integers([0], [])],
      expected: [counting([0, 2])]),
    OperatorCase(
      "gathers elements along an axis", "GatherElements", ["axis": .int(1)],
      inputs: [counting([2, 2]), integers([2, 2], [0, 0, -1, 0])],
      expected: [floats([2, 2], [0, 0, 3, 2])]),
    OperatorCase(
      "gathers elements of fewer rows", "GatherElements", ["axis": .int(0)],
      inputs: [counting([3, 3]), integers([2, 1], [1, 2])],
      expected: [floats([2, 1], [3, 6])]),
    OperatorCase(
      "gathers at coordinates", "GatherND",
      inputs: [counting([2, 2]), integers([2, 2], [0, 0, 1, -1])],
      expected: [floats([2], [0, 3])]),
    OperatorCase(
      "gathers slices at coordinates", "GatherND",
      inputs: [counting([2, 2, 2]), integers([2, 1], [1, 0])],
      expected: [floats([2, 2, 2], [4, 5, 6, 7, 0, 1, 2, 3])]),
    OperatorCase(
      "gathers in batches", "GatherND", ["batch_dims": .int(1)],
      inputs: [counting([2, 2, 2]), integers([2, 1], [1, 0])],
      expected: [floats([2, 2], [2, 3, 4, 5])]),
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
      OperatorCase("", "Gather", inputs: [counting([2]), list(2)]),
      "index 2 is out of range for an axis of 2"
    ),
    (
      OperatorCase("", "Gather", inputs: [counting([]), list(0)]),
      "axis 0 is out of range for a tensor of rank 0"
    ),
    (
      OperatorCase("", "Gather", inputs: [counting([2]), list(.min)]),
      "index -9223372036854775808 is out of range for an axis of 2"
    ),
    (
      OperatorCase(
        "", "GatherElements", inputs: [counting([2, 2]), integers([2, 3], [0, 0, 0, 0, 0, 0])]),
      "indices of shape [2, 3] do not lie within a tensor of shape [2, 2]"
    ),
    (
      OperatorCase("", "GatherND", inputs: [counting([2]), integers([1, 2], [0, 0])]),
      "indices of shape [1, 2] do not address a tensor of shape [2] in batches of 0 axes"
    ),
    (
      OperatorCase("", "GatherND", ["batch_dims": .int(-1)], inputs: [counting([2]), list(0)]),
      "indices of shape [1] do not address a tensor of shape [2] in batches of -1 axes"
    ),
  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func followsKnownElements() throws {
    let example = OperatorCase(
      "", "Gather", inputs: [list(2, 3, 4), integers([], [-1])],
      expected: [integers([], [4])])
    #expect(try example.inferElements()[0] == SymbolicTensor(shape: [], elements: [4]))
  }
}
