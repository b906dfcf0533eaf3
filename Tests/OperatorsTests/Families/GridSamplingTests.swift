import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct GridSamplingTests {
  static let cases = [

    OperatorCase(
      "takes elements at the corners", "GridSample", ["align_corners": .int(1)],
      inputs: [counting([1, 1, 2, 2]), floats([1, 1, 2, 2], [-1, 1, 1, -1])],
      expected: [floats([1, 1, 1, 2], [2, 1])]),
    OperatorCase(
      "interpolates between four", "GridSample",
      inputs: [counting([1, 1, 2, 2]), floats([1, 1, 1, 2], [0, 0])],
      expected: [floats([1, 1, 1, 1], [1.5])]),
    OperatorCase(
      "fades to zero at the edge", "GridSample",
      inputs: [floats([1, 1, 1, 1], [8]), floats([1, 1, 2, 2], [1, 1, 5, 0])],
      expected: [floats([1, 1, 1, 2], [2, 0])]),
    OperatorCase(
      "repeats the border", "GridSample", ["padding_mode": .string("border")],
      inputs: [counting([1, 1, 1, 2]), floats([1, 1, 2, 2], [9, 9, .infinity, .nan])],
      expected: [floats([1, 1, 1, 2], [1, 0])]),
    OperatorCase(
      "reflects at the border", "GridSample",
      [
        "padding_mode": .string("reflection"), "align_corners": .int(1), "mode": .string("nearest"),
      ],
      inputs: [counting([1, 1, 1, 3]), floats([1, 1, 3, 2], [2, 0, -3, 0, 1, 0])],
      expected: [floats([1, 1, 1, 3], [1, 2, 2])]),
    OperatorCase(
      "takes strings", "GridSample", ["mode": .string("nearest")],
      inputs: [
        Tensor(shape: [1, 1, 2], strings: ["a", "b"]), floats([1, 3, 1], [-0.5, 0.5, 9]),
      ],
      expected: [Tensor(shape: [1, 1, 3], strings: ["a", "b", ""])]),
    OperatorCase(
      "interpolates integers", "GridSample",
      inputs: [
        Tensor(shape: [1, 2, 2], scalars: [0, 5, 10, 20] as [UInt8]), floats([1, 1, 1], [0]),
      ],
      expected: [Tensor(shape: [1, 2, 1], scalars: [2, 15] as [UInt8])]),
    OperatorCase(
      "interpolates by cubics", "GridSample", ["mode": .string("cubic")],
      inputs: [floats([1, 1, 4], [0, 4, 4, 0]), floats([1, 1, 1], [0])],
      expected: [floats([1, 1, 1], [4.75])]),
    OperatorCase(
      "samples nothing", "GridSample",
      inputs: [counting([1, 1, 2, 2]), floats([1, 0, 1, 2], [])],
      expected: [floats([1, 1, 0, 1], [])]),

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
      OperatorCase(
        "", "GridSample", inputs: [counting([1, 1, 2, 2]), floats([1, 1, 1, 3], [0, 0, 0])]),
      "a grid of shape [1, 1, 1, 3] does not suit an input of shape [1, 1, 2, 2]"
    ),
    (
      OperatorCase(
        "", "GridSample", ["mode": .string("bilinear")],
        inputs: [counting([1, 1, 2]), floats([1, 1, 1], [0])]),
      "mode is \"bilinear\", which is not known"
    ),
    (
      OperatorCase(
        "", "GridSample", ["padding_mode": .string("border")],
        inputs: [counting([1, 1, 0]), floats([1, 1, 1], [0])]),
      "an input of shape [1, 1, 0] has no border to sample"
    ),
    (
      OperatorCase(
        "", "GridSample",
        inputs: [Tensor(shape: [1, 1, 1], strings: ["a"]), floats([1, 1, 1], [0])]),
      "elements of string cannot be interpolated"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func renamesTheModesOfTheFirstVersion() throws {
    let node = UpgradedNode(
      "GridSample", version: 16, ["mode": .string("bilinear")],
      inputs: [counting([1, 1, 2, 2]), floats([1, 1, 1, 2], [0, 0])])
    #expect(try node.evaluate() == [floats([1, 1, 1, 1], [1.5])])
  }

}
