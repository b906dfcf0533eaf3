import IR
import Operators
import TestSupport
import Tensors
import Testing

@Suite struct StringSplittingTests {
  private static func counts(_ numbers: [Int64], shape: [Int]) -> Tensor {
    Tensor(shape: shape, scalars: numbers)
  }

  static let cases: [OperatorCase] = [
    OperatorCase(
      "at a delimiter", "StringSplit", ["delimiter": .string(".")],
      inputs: [Tensor(shape: [2], strings: ["a.b.", "c"])],
      expected: [
        Tensor(shape: [2, 3], strings: ["a", "b", "", "c", "", ""]), counts([3, 1], shape: [2]),
      ]),
    OperatorCase(
      "at white space", "StringSplit", inputs: [Tensor(shape: [1], strings: ["  a  b "])],
      expected: [Tensor(shape: [1, 2], strings: ["a", "b"]), counts([2], shape: [1])]),
    OperatorCase(
      "no more often than asked", "StringSplit",
      ["delimiter": .string("--"), "maxsplit": .int(1)],
      inputs: [Tensor(shape: [1], strings: ["a--b--c"])],
      expected: [Tensor(shape: [1, 2], strings: ["a", "b--c"]), counts([2], shape: [1])]),
  ]

  @Test(arguments: cases)
  func splits(example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }
}
