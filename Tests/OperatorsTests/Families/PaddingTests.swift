import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct PaddingTests {
  static let cases = [
    OperatorCase(
      "pads with zeros", "Pad", inputs: [counting([2, 2]), list(0, 1, 1, 0)],
      expected: [floats([3, 3], [0, 0, 1, 0, 2, 3, 0, 0, 0])]),
    OperatorCase(
      "pads with a constant", "Pad",
      inputs: [counting([2]), list(1, 1), floats([], [9])], expected: [floats([4], [9, 0, 1, 9])]),
    OperatorCase(
      "pads the axes that are named", "Pad",
      inputs: [counting([2, 1]), list(1, 0), floats([1], [9]), list(-1)],
      expected: [floats([2, 2], [9, 0, 9, 1])]),
    OperatorCase(
      "removes elements", "Pad", inputs: [counting([4]), list(-1, -2)],
      expected: [floats([1], [1])]),
    OperatorCase(
      "pads strings with empty ones", "Pad",
      inputs: [Tensor(shape: [1], strings: ["a"]), list(1, 0)],
      expected: [Tensor(shape: [2], strings: ["", "a"])]),
    OperatorCase(
      "pads what is empty", "Pad",
      inputs: [counting([0, 2]), list(1, 0, 0, 0), floats([], [7])],
      expected: [floats([1, 2], [7, 7])]),
    OperatorCase(
      "reflects, also more than once", "Pad", ["mode": .string("reflect")],
      inputs: [counting([3]), list(3, 4)],
      expected: [floats([10], [1, 2, 1, 0, 1, 2, 1, 0, 1, 2])]),
    OperatorCase(
      "reflects a single element", "Pad", ["mode": .string("reflect")],
      inputs: [floats([1], [5]), list(1, 1)], expected: [floats([3], [5, 5, 5])]),
    OperatorCase(
      "repeats the edge of several axes", "Pad", ["mode": .string("edge")],
      inputs: [counting([2, 2]), list(1, 0, 0, 1)],
      expected: [floats([3, 3], [0, 1, 1, 0, 1, 1, 2, 3, 3])]),
    OperatorCase(
      "wraps around", "Pad", ["mode": .string("wrap")], inputs: [counting([3]), list(2, 4)],
      expected: [floats([9], [1, 2, 0, 1, 2, 0, 1, 2, 0])]),
    OperatorCase(
      "reflects what is left after removing", "Pad", ["mode": .string("reflect")],
      inputs: [counting([4]), list(-1, 1)], expected: [floats([4], [1, 2, 3, 2])]),
    OperatorCase(
      "pads packed elements", "Pad",
      inputs: [Tensor(shape: [1], scalars: [3] as [UInt8]).packed(as: .uint4), list(1, 1)],
      expected: [Tensor(shape: [3], scalars: [0, 3, 0] as [UInt8]).packed(as: .uint4)]),
    OperatorCase(
      "crops and pads to the middle", "CenterCropPad", inputs: [counting([4, 1]), list(1, 2)],
      expected: [floats([1, 2], [1, 0])]),
    OperatorCase(
      "crops the axes that are named", "CenterCropPad", ["axes": .ints([-1])],
      inputs: [counting([1, 5]), list(2)], expected: [floats([1, 2], [1, 2])]),
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
      OperatorCase("", "Pad", inputs: [counting([2]), list(1)]),
      "1 pads are given for 1 axes"
    ),
    (
      OperatorCase("", "Pad", inputs: [counting([2]), list(-2, -1)]),
      "an axis of 2 cannot be padded by -2 and -1"
    ),
    (
      OperatorCase("", "Pad", inputs: [counting([2]), list(.max, .max)]),
      "an axis of 2 cannot be padded by 9223372036854775807 and 9223372036854775807"
    ),
    (
      OperatorCase("", "Pad", inputs: [counting([2]), list(0, 1 << 40)]),
      "an output of uint8[1099511627778, 4] exceeds the memory limit of 1073741824 bytes"
    ),
    (
      OperatorCase("", "Pad", ["mode": .string("mirror")], inputs: [counting([2]), list(0, 1)]),
      "mode is \"mirror\""
    ),
    (
      OperatorCase("", "Pad", ["mode": .string("edge")], inputs: [counting([0]), list(0, 1)]),
      "an empty axis cannot be padded in the mode edge"
    ),
    (
      OperatorCase("", "CenterCropPad", inputs: [counting([2]), list(-1)]),
      "the sizes [-1] are no extents of 1 axes"
    ),
  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test(arguments: [(1, "paddings"), (2, "pads")])
  func turnsTheAttributesOfOldVersionsIntoInputs(_ version: Int, _ name: String) throws {
    let pad = UpgradedNode(
      "Pad", version: version, [name: .ints([1, 0]), "value": .float(3)], inputs: [counting([1])])
    #expect(try pad.evaluate() == [floats([2], [3, 0])])
  }
}
