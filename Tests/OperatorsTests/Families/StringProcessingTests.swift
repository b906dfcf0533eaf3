import IR
import Operators
import TestSupport
import Tensors
import Testing

@Suite struct StringProcessingTests {
  static let cases: [OperatorCase] = [
    OperatorCase(
      "joins under broadcasting", "StringConcat",
      inputs: [
        Tensor(shape: [2, 1], strings: ["a", "ü"]), Tensor(shape: [2], strings: ["x", ""]),
      ],
      expected: [Tensor(shape: [2, 2], strings: ["ax", "a", "üx", "ü"])]),
    OperatorCase(
      "leaves text alone", "StringNormalizer", inputs: [Tensor(shape: [2], strings: ["Ab", "c"])],
      expected: [Tensor(shape: [2], strings: ["Ab", "c"])]),
    OperatorCase(
      "drops stop words of any case", "StringNormalizer",
      ["case_change_action": .string("UPPER"), "stopwords": .strings(["monday"])],
      inputs: [Tensor(shape: [1, 3], strings: ["Monday", "tüesday", "MONDAY"])],
      expected: [Tensor(shape: [1, 1], strings: ["TÜESDAY"])]),
    OperatorCase(
      "drops stop words as they are written", "StringNormalizer",
      ["is_case_sensitive": .int(1), "stopwords": .strings(["monday"])],
      inputs: [Tensor(shape: [2], strings: ["Monday", "monday"])],
      expected: [Tensor(shape: [1], strings: ["Monday"])]),
    OperatorCase(
      "leaves one empty string where all are dropped", "StringNormalizer",
      ["is_case_sensitive": .int(1), "stopwords": .strings(["a"])],
      inputs: [Tensor(shape: [2], strings: ["a", "a"])],
      expected: [Tensor(shape: [1], strings: [""])]),
  ]

  @Test(arguments: cases)
  func computes(example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test func namesAnUnknownCaseChange() {
    let example = OperatorCase(
      "sideways", "StringNormalizer", ["case_change_action": .string("SIDEWAYS")],
      inputs: [Tensor(shape: [1], strings: ["a"])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .invalidAttribute)
  }

  @Test func refusesShapesThatDoNotBroadcast() {
    let example = OperatorCase(
      "2 and 3", "StringConcat",
      inputs: [
        Tensor(shape: [2], strings: ["a", "b"]), Tensor(shape: [3], strings: ["a", "b", "c"]),
      ])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .incompatibleShapes)
  }
}
