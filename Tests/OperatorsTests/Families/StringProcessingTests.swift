import IR
import Operators
import Tensors
import TestSupport
import Testing

/// A list of strings.
func strings(_ elements: ByteString...) -> Tensor {
  Tensor(shape: [elements.count], strings: elements)
}

@Suite struct StringProcessingTests {
  static let words = strings("Mon", "tue", "Straße", "", "ÉA")

  static let cases = [

    OperatorCase(
      "joins", "StringConcat", inputs: [strings("a", "é"), strings("x", "")],
      expected: [strings("ax", "é")]),
    OperatorCase(
      "repeats along axes of extent 1", "StringConcat",
      inputs: [Tensor(shape: [2, 1], strings: ["a", "b"]), strings("x", "y")],
      expected: [Tensor(shape: [2, 2], strings: ["ax", "ay", "bx", "by"])]),
    OperatorCase(
      "joins scalars", "StringConcat",
      inputs: [Tensor(shape: [], strings: ["a"]), Tensor(shape: [], strings: ["b"])],
      expected: [Tensor(shape: [], strings: ["ab"])]),
    OperatorCase(
      "joins nothing", "StringConcat",
      inputs: [Tensor(shape: [0, 1], strings: []), strings("a", "b")],
      expected: [Tensor(shape: [0, 2], strings: [])]),
    OperatorCase(
      "joins bytes that are no text", "StringConcat",
      inputs: [strings(ByteString(bytes: [0xff])), strings(ByteString(bytes: [0]))],
      expected: [strings(ByteString(bytes: [0xff, 0]))]),
    OperatorCase("changes nothing", "StringNormalizer", inputs: [words], expected: [words]),
    OperatorCase(
      "changes to small letters", "StringNormalizer", ["case_change_action": .string("LOWER")],
      inputs: [words], expected: [strings("mon", "tue", "straße", "", "éa")]),
    OperatorCase(
      "changes to capital letters", "StringNormalizer", ["case_change_action": .string("UPPER")],
      inputs: [words], expected: [strings("MON", "TUE", "STRASSE", "", "ÉA")]),
    OperatorCase(
      "removes words in any case", "StringNormalizer",
      ["stopwords": .strings(["mon", "TUE", "straße", "éa"])], inputs: [words],
      expected: [strings("")]),
    OperatorCase(
      "removes words in their case", "StringNormalizer",
      [
        "stopwords": .strings(["mon", "tue", ""]), "is_case_sensitive": .int(1),
        "case_change_action": .string("LOWER"),
      ], inputs: [words], expected: [strings("mon", "straße", "éa")]),
    OperatorCase(
      "keeps the axis of a row", "StringNormalizer", ["stopwords": .strings(["a"])],
      inputs: [Tensor(shape: [1, 3], strings: ["a", "b", "A"])],
      expected: [Tensor(shape: [1, 1], strings: ["b"])]),
    OperatorCase(
      "makes an empty string of nothing", "StringNormalizer", ["stopwords": .strings(["a"])],
      inputs: [Tensor(shape: [1, 1], strings: ["a"])],
      expected: [Tensor(shape: [1, 1], strings: [""])]),
    OperatorCase(
      "keeps bytes that are no text", "StringNormalizer",
      ["stopwords": .strings(["a"]), "is_case_sensitive": .int(1)],
      inputs: [strings(ByteString(bytes: [0xff]), "a")],
      expected: [strings(ByteString(bytes: [0xff]))]),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
    let type = try #require(try example.inferTypes().first ?? nil)
    #expect(type.elementType == .string)
    #expect(type.shape?.rank == example.expected[0].rank)
  }

  static let errors: [(OperatorCase, String)] = [

    (
      OperatorCase("", "StringConcat", inputs: [strings("a", "b"), strings("a", "b", "c")]),
      "shapes [2] and [3] do not broadcast"
    ),
    (
      OperatorCase("", "StringConcat", inputs: [strings("a"), list(1)]),
      "Y is of int64; it takes string"
    ),
    (
      OperatorCase("", "StringNormalizer", inputs: [Tensor(shape: [2, 1], strings: ["a", "b"])]),
      "the strings have the shape [2, 1]"
    ),
    (
      OperatorCase("", "StringNormalizer", inputs: [Tensor(shape: [], strings: ["a"])]),
      "the strings have the shape []"
    ),
    (
      OperatorCase("", "StringNormalizer", inputs: [list(1)]), "X is of int64; it takes string"
    ),
    (
      OperatorCase(
        "", "StringNormalizer", ["case_change_action": .string("lower")], inputs: [words]),
      "case_change_action is \"lower\""
    ),
    (
      OperatorCase(
        "", "StringNormalizer", ["case_change_action": .string("LOWER")],
        inputs: [strings(ByteString(bytes: [0x61, 0xff]))]),
      "the string \"a\\xff\" is not UTF-8"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func boundsTheBytesOfAllResultsTogether() {
    let long = ByteString(bytes: [UInt8](repeating: 0x61, count: 1000))
    let example = OperatorCase(
      "", "StringConcat",
      inputs: [
        Tensor(shape: [20, 1], strings: [ByteString](repeating: long, count: 20)),
        Tensor(shape: [20], strings: [ByteString](repeating: "", count: 20)),
      ])
    let error = #expect(throws: OperatorError.self) { try example.evaluate(memoryLimit: 100_000) }
    #expect(error?.message == "the joined strings exceed the memory limit of 100000 bytes")
  }
}
