import IR
import Operators
import TestSupport
import Tensors
import Testing

/// What ONNX Runtime 1.32 gives for the same attributes.
@Suite struct TokenizationTests {
  private static func example(
    _ texts: [ByteString], _ attributes: Attributes, _ tokens: [[ByteString]] = []
  ) -> OperatorCase {
    var all: Attributes = ["mark": .int(0), "mincharnum": .int(1), "pad_value": .string("#")]
    for (name, value) in attributes { all[name] = value }
    let expected = Tensor(
      shape: [tokens.count, tokens.first?.count ?? 0], strings: tokens.flatMap { $0 })
    return OperatorCase(
      "\(texts) \(attributes)", "Tokenizer", domain: "com.microsoft", all,
      inputs: [Tensor(shape: [texts.count], strings: texts)], expected: [expected])
  }

  static let cases: [OperatorCase] = [
    example(["ab  cd", "e"], ["separators": .strings([" "])], [["ab", "cd"], ["e", "#"]]),
    example(["ab, cd;e"], ["separators": .strings([",", ";", " "])], [["ab", "cd", "e"]]),
    example(["a.b"], ["separators": .strings(["."])], [[]]),
    example(["a  b"], ["separators": .strings(["\\s*"])], [[]]),
    example(["ab cd"], ["separators": .strings(["^ab"])], [[" cd"]]),
    example(["aXbYc"], ["separators": .strings(["X|Y", "b"])], [["a", "c"]]),
    example(
      ["aa bbb c"], ["separators": .strings([" "]), "mincharnum": .int(2)], [["aa", "bbb"]]),
    example(["abü", ""], ["separators": .strings([""])], [["a", "b", "ü"], ["#", "#", "#"]]),
    example(
      ["ab", "c"], ["separators": .strings([""]), "mark": .int(1)],
      [["\u{2}", "a", "b", "\u{3}"], ["\u{2}", "c", "\u{3}", "#"]]),
    example(["a1b22c", ""], ["tokenexp": .string("[0-9]*")], [["1", "22"], ["#", "#"]]),
    example(["éa b"], ["tokenexp": .string(".")], [["é", "a", " ", "b"]]),
    example(["abcab"], ["tokenexp": .string("^ab")], [["ab"]]),
    example(["abcdef"], ["tokenexp": .string("ab|abcd")], [["abcd"]]),
    example(["xabyabz"], ["tokenexp": .string("(a)(b)")], [["ab", "ab"]]),
    example(["", ""], ["tokenexp": .string("a"), "mark": .int(1)], [[], []]),
  ]

  @Test(arguments: cases)
  func cutsAsONNXRuntimeDoes(example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  static let wrong: [OperatorCase] = [
    example(["x"], [:]), example(["x"], ["tokenexp": .string("(")]),
    example(["x"], ["tokenexp": .string("a"), "mincharnum": .int(0)]),
    example(["x"], ["separators": .strings([""]), "mincharnum": .int(2)]),
  ]

  @Test(arguments: wrong)
  func refusesAttributesThatSayNothing(example: OperatorCase) {
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .invalidAttribute)
  }
}
