import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct RegularExpressionsTests {
  static let texts = strings("abc", "", "a\nc", "éa", "b", "ab")

  @Test(
    arguments: [
      ("a.c", [true, false, false, false, false, false]),
      ("", [false, true, false, false, false, false]),
      ("[[:alpha:]]+", [true, false, false, false, true, true]),
      ("(?i)ABC", [true, false, false, false, false, false]),
      ("é.", [false, false, false, true, false, false]),
      ("..", [false, false, false, true, false, true]),
      ("^a$|b", [false, false, false, false, true, false]),
      ("(a|ab)(c|bcd)?", [true, false, false, false, false, true]),
    ] as [(ByteString, [Bool])])
  func matchesFromBeginningToEnd(_ pattern: ByteString, _ expected: [Bool]) throws {
    let example = OperatorCase(
      "", "RegexFullMatch", ["pattern": .string(pattern)], inputs: [Self.texts],
      expected: [Tensor(shape: [6], scalars: expected)])
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func keepsTheShape() throws {
    let example = OperatorCase(
      "", "RegexFullMatch", ["pattern": .string("a")],
      inputs: [Tensor(shape: [1, 2, 0], strings: [])],
      expected: [Tensor(shape: [1, 2, 0], scalars: [] as [Bool])])
    #expect(try example.evaluate() == example.expected)
  }

  @Test func takesTextThatIsNotUTF8() throws {
    let example = OperatorCase(
      "", "RegexFullMatch", ["pattern": .string("a.*")],
      inputs: [strings(ByteString(bytes: [0x61, 0xff, 0x00]))],
      expected: [Tensor(shape: [1], scalars: [false])])
    #expect(try example.evaluate()[0].shape == [1])
  }

  static let errors: [(Attributes, String)] = [

    ([:], "attribute pattern is missing"),
    (["pattern": .int(1)], "attribute pattern holds int, not string"),
    (["pattern": .string("(a")], "the pattern \"(a\" is not valid: missing ): (a"),
    (
      ["pattern": .string("a{1001}")],
      "the pattern \"a{1001}\" is not valid: invalid repetition size: {1001}"
    ),
    (
      ["pattern": .string(ByteString(bytes: [UInt8](repeating: 0x61, count: 65537)))],
      "the pattern has 65537 bytes"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (attributes, message) = Self.errors[index]
    let example = OperatorCase("", "RegexFullMatch", attributes, inputs: [Self.texts])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  /// A short pattern that stands for 10¹² repetitions, and one nested deeply.
  @Test(arguments: ["((((a{100}){100}){100}){100}){100}", String(repeating: "(", count: 30000)])
  func boundsWhatAPatternStandsFor(_ pattern: String) {
    let example = OperatorCase(
      "", "RegexFullMatch", ["pattern": .string(ByteString(pattern))], inputs: [Self.texts])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .invalidAttribute)
  }

  /// Backtracking would need 2³⁰ steps.
  @Test func matchesInTimeLinearInTheText() throws {
    let pattern = String(repeating: "a?", count: 30) + String(repeating: "a", count: 30)
    let example = OperatorCase(
      "", "RegexFullMatch", ["pattern": .string(ByteString(pattern))],
      inputs: [strings(ByteString(String(repeating: "a", count: 30)))],
      expected: [Tensor(shape: [1], scalars: [true])])
    #expect(try example.evaluate() == example.expected)
  }

  @Test func refusesTooMuchWork() {
    let text = ByteString(bytes: [UInt8](repeating: 0x61, count: 1 << 24))
    let example = OperatorCase(
      "", "RegexFullMatch", ["pattern": .string("([a-z0-9]{1,30}){1,30}")],
      inputs: [strings(text)])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .limitExceeded)
  }
}
