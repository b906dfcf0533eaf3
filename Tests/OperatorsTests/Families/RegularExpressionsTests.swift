import IR
import Operators
import TestSupport
import Tensors
import Testing

@Suite struct RegularExpressionsTests {
  private static func matches(_ pattern: String, _ texts: [ByteString]) throws -> [Bool] {
    let example = OperatorCase(
      "matches", "RegexFullMatch", ["pattern": .string(ByteString(pattern))],
      inputs: [Tensor(shape: [texts.count], strings: texts)])
    return try example.evaluate().flatMap { $0.scalars(of: Bool.self) }
  }

  @Test func matchesTheWholeText() throws {
    #expect(
      try Self.matches("a+b?", ["aab", "ab", "abb", "", "xab"]) == [
        true, true, false, false, false,
      ])
    #expect(try Self.matches(".ü", ["xü", "ü", "äü"]) == [true, false, true])
    #expect(try Self.matches("a", []) == [])
  }

  @Test func takesTimeInProportionToTheText() throws {
    let text = ByteString(String(repeating: "a", count: 10_000) + "b")
    #expect(try Self.matches("(a*)*(a|aa)+", [text]) == [false])
  }

  @Test(arguments: ["(", "a{2,1}", "(?<!a)b", "((a{1000}){1000}){1000}"])
  func saysWhatIsWrongWithAPattern(pattern: String) {
    let error = #expect(throws: OperatorError.self) { try Self.matches(pattern, ["a"]) }
    #expect(error?.code == .invalidAttribute)
  }
}
