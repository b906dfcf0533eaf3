import Tensors

/// Reads the text form of models, in one pass over the bytes; `Docs/TextForm.md` has the grammar.
///
/// The parser is scannerless: which bytes make a token depends on the place. This file has the
/// tokens, the others one part of the grammar each.
struct GraphParser {
  var scanner: TextScanner

  /// The graph that is being read.
  var graph = Graph()
  var scopes = LabelScopes()

  /// The outputs of the blocks that have been begun.
  var outputs: [Outputs] = []

  /// The versions of nodes that give none, by domain.
  var operatorSets: [String: Int] = [:]

  /// How many blocks and types the place lies in.
  var depth = 0

  init(_ text: String) { scanner = TextScanner(text) }

  /// Returns an error at the next token, or at another place.
  mutating func error(
    _ message: String, at position: Int? = nil, remedy: String? = nil
  ) -> TextError {
    if position == nil { scanner.skipSpace(comments: true) }
    let before = scanner.bytes.prefix(position ?? scanner.position)
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1
    return TextError(message, line: line, column: column, remedy: remedy)
  }
}

// MARK: - Tokens

extension GraphParser {
  /// The first byte of the next token; nil at the end.
  mutating func peek() -> UInt8? {
    scanner.skipSpace(comments: true)
    return scanner.next
  }

  /// Whether the next token starts with a character.
  mutating func isNext(_ character: Unicode.Scalar) -> Bool {
    peek() == UInt8(ascii: character)
  }

  /// Moves past a sign when it comes next.
  mutating func accept(_ sign: StaticString) -> Bool {
    scanner.skipSpace(comments: true)
    return scanner.take(sign)
  }

  /// Moves past a word when it comes next.
  mutating func acceptWord(_ word: String) -> Bool {
    scanner.skipSpace(comments: true)
    let start = scanner.position
    if scanner.takeWord() == word { return true }
    scanner.position = start
    return false
  }

  /// Moves past a sign that has to come next.
  mutating func expect(_ sign: StaticString, _ place: StaticString) throws(TextError) {
    guard !accept(sign) else { return }
    throw error("expected '\(sign)' \(place), found \(found)")
  }

  /// What comes next, for messages.
  var found: String {
    guard let byte = scanner.next else { return "the end of the text" }
    var ahead = scanner
    if let word = ahead.takeWord() { return "'\(word.prefix(40))'" }
    return (0x21..<0x7f).contains(byte)
      ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
  }

  /// Reads a string in quotation marks as bytes.
  mutating func parseBytes() throws(TextError) -> [UInt8] {
    guard isNext("\"") else { throw error("expected a string, found \(found)") }
    guard let bytes = scanner.takeString() else {
      throw error(
        "a string does not end, or has an unknown escape",
        remedy: "write \\\", \\\\, \\n, \\r, \\t or \\x and two hexadecimal digits")
    }
    return bytes
  }

  /// Reads a string in quotation marks that has to be text.
  mutating func parseString() throws(TextError) -> String {
    let start = scanner.position
    guard let text = ByteString(bytes: try parseBytes()).text else {
      throw error("a name is not UTF-8", at: start)
    }
    return text
  }

  /// Reads a word, or any name in quotation marks.
  mutating func parseName(_ kind: StaticString) throws(TextError) -> String {
    if isNext("\"") { return try parseString() }
    guard let word = scanner.takeWord() else {
      throw error("expected \(kind), found \(found)")
    }
    return word
  }

  /// Reads a whole number.
  mutating func parseInteger<Number: FixedWidthInteger>(
    _ kind: StaticString, as type: Number.Type = Number.self
  ) throws(TextError) -> Number {
    scanner.skipSpace(comments: true)
    let start = scanner.position
    let token = scanner.take(while: \.isNumberPart)
    guard let number = Number(token), !token.hasPrefix("+") else {
      throw error("expected \(kind), found '\(token.prefix(40))'", at: start)
    }
    return number
  }

  /// Reads items with commas between them up to a sign that ends them.
  mutating func parseItems(
    until end: StaticString, _ place: StaticString,
    _ parseItem: (inout GraphParser) throws(TextError) -> Void
  ) throws(TextError) {
    if accept(end) { return }
    repeat {
      try parseItem(&self)
    } while accept(",")
    try expect(end, place)
  }

  /// Reads something inside of which the same may lie again, unless that is too deep.
  mutating func nested<Result>(
    _ parse: (inout GraphParser) throws(TextError) -> Result
  ) throws(TextError) -> Result {
    guard depth < GraphPrinter.depthLimit else {
      throw error("blocks and types are nested more than \(GraphPrinter.depthLimit) deep")
    }
    depth += 1
    defer { depth -= 1 }
    return try parse(&self)
  }
}

extension UInt8 {
  /// Whether a number can go on with the byte.
  var isNumberPart: Bool {
    isWordPart || self == UInt8(ascii: "-") || self == UInt8(ascii: "+")
  }
}
