import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct StringSplittingTests {
  static func split(
    _ description: String, _ attributes: Attributes, _ input: Tensor, _ shape: [Int],
    _ parts: [ByteString], counts: Tensor
  ) -> OperatorCase {
    OperatorCase(
      description, "StringSplit", attributes, inputs: [input],
      expected: [Tensor(shape: shape, strings: parts), counts])
  }

  static let cases = [

    split(
      "cuts at runs of white space", [:], strings("  a b\tc  ", "", "a\u{a0}b\u{3000}"), [3, 3],
      ["a", "b", "c", "", "", "", "a", "b", ""], counts: list(3, 0, 2)),
    split(
      "keeps what follows the last cut", ["maxsplit": .int(1)], strings(" a  b c  "), [1, 2],
      ["a", "b c"], counts: list(2)),
    split(
      "cuts nothing but the ends", ["maxsplit": .int(0)], strings(" a b "), [1, 1], ["a b"],
      counts: list(1)),
    split(
      "takes an empty delimiter for white space", ["delimiter": .string("")], strings("a b"),
      [1, 2], ["a", "b"], counts: list(2)),
    split(
      "sets no limit below zero", ["maxsplit": .int(-1)], strings("a b c"), [1, 3],
      ["a", "b", "c"], counts: list(3)),
    split(
      "cuts between neighbouring delimiters", ["delimiter": .string(",")],
      strings("x,,y,", ",", ""), [3, 4], ["x", "", "y", "", "", "", "", "", "", "", "", ""],
      counts: list(4, 2, 1)),
    split(
      "limits the cuts at delimiters", ["delimiter": .string(","), "maxsplit": .int(2)],
      strings("a,b,c,d"), [1, 3], ["a", "b", "c,d"], counts: list(3)),
    split(
      "finds delimiters of several bytes", ["delimiter": .string("aab")],
      strings("aaab", "aabaab", "xaaaabyaab"), [3, 3],
      ["a", "", "", "", "", "", "xaa", "y", ""], counts: list(2, 3, 3)),
    split(
      "finds delimiters that overlap once", ["delimiter": .string("aa")], strings("aaaaa"),
      [1, 3], ["", "", "a"], counts: list(3)),
    split(
      "keeps bytes that are no text", ["delimiter": .string(",")],
      strings(ByteString(bytes: [0xff, 0x2c, 0xfe])), [1, 2],
      [ByteString(bytes: [0xff]), ByteString(bytes: [0xfe])], counts: list(2)),
    split(
      "adds an axis", [:], Tensor(shape: [1, 2], strings: ["a b", "c"]), [1, 2, 2],
      ["a", "b", "c", ""], counts: integers([1, 2], [2, 1])),
    split(
      "splits a scalar", [:], Tensor(shape: [], strings: ["a b"]), [2], ["a", "b"],
      counts: integers([], [2])),
    split(
      "splits nothing", [:], Tensor(shape: [2, 0], strings: []), [2, 0, 0], [],
      counts: integers([2, 0], [])),
    split("finds only white space", [:], strings("", " "), [2, 0], [], counts: list(0, 0)),

  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
    let types = try example.inferTypes()
    #expect(types[0]?.shape?.rank == example.expected[0].rank)
    #expect(types[1] == example.expectedTypes[1])
  }

  @Test func rejectsWhatIsNoTextBetweenWhiteSpace() {
    let example = OperatorCase(
      "", "StringSplit", inputs: [strings(ByteString(bytes: [0xc3]))])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == "the string \"\\xc3\" is not UTF-8")
  }

  static let long: [(Attributes, Tensor)] = [
    (["delimiter": .string(",")], strings(",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,")),
    (["delimiter": .string(",")], strings(",,,,,,,,,,", ",,,,,,,,,,")),
    ([:], strings("a b c d e f g h i j k l m n o p q")),
  ]

  @Test(arguments: long.indices)
  func boundsTheNumberOfParts(_ index: Int) {
    let (attributes, input) = Self.long[index]
    let example = OperatorCase("", "StringSplit", attributes, inputs: [input])
    let error = #expect(throws: OperatorError.self) { try example.evaluate(memoryLimit: 1024) }
    #expect(error?.message == "the parts of the strings exceed the memory limit of 1024 bytes")
  }

  @Test func boundsTheRoomForTheLongestRow() {
    let long = ByteString(bytes: [UInt8](repeating: 0x2c, count: 100))
    var rows = [ByteString](repeating: "", count: 100)
    rows[0] = long
    let example = OperatorCase(
      "", "StringSplit", ["delimiter": .string(",")],
      inputs: [Tensor(shape: [100], strings: rows)])
    let error = #expect(throws: OperatorError.self) { try example.evaluate(memoryLimit: 50_000) }
    #expect(error?.code == .limitExceeded)
  }
}
