import IR
import Tensors

extension OperatorFamily {
  /// Operators of ONNX Runtime that cut text into tokens.
  static let tokenization = OperatorFamily("tokenization", [.tokenizer])
}

/// The way in which a `Tokenizer` finds the tokens of a string.
private enum Tokenizer {
  case characters
  /// What matches is dropped, one pattern after the other.
  case separators([RegularExpression])
  /// What matches is a token.
  case tokens(RegularExpression)

  static let mark = AttributeKey<Bool>("mark")
  static let minimumLength = AttributeKey<Int>("mincharnum")
  static let padding = AttributeKey<ByteString>("pad_value")
  static let separatorPatterns = OptionalAttributeKey<[ByteString]>("separators")
  static let tokenPattern = OptionalAttributeKey<ByteString>("tokenexp")

  /// Reads the way from the attributes; separators take precedence.
  ///
  /// - Throws: `invalidAttribute` when neither is given, or a pattern is wrong.
  init(_ context: borrowing KernelContext) throws(OperatorError) {
    if let patterns = try context.value(of: Self.separatorPatterns), !patterns.isEmpty {
      guard patterns != [""] else {
        self = .characters
        return
      }
      self = .separators(
        try patterns.map { pattern throws(OperatorError) in try RegularExpression(pattern) })
    } else if let pattern = try context.value(of: Self.tokenPattern), !pattern.bytes.isEmpty {
      self = .tokens(try RegularExpression(pattern))
    } else {
      throw OperatorError(
        .invalidAttribute, "neither separators nor tokenexp say what a token is",
        remedy: "give one of them")
    }
  }

  /// Returns the tokens of a string that have at least `minimum` characters.
  func tokens(of text: [UInt8], minimum: Int) throws(OperatorError) -> [ArraySlice<UInt8>] {
    switch self {
    case .characters:
      let starts = text.indices.filter { !text[$0].continuesCharacter } + [text.count]
      return zip(starts, starts.dropFirst()).map { text[$0..<$1] }
    case .tokens(let expression):
      return try Self.matches(of: expression, in: text)
        .map { text[$0] }.filter { $0.hasCharacters(minimum) }
    case .separators(let expressions):
      var parts = [text[...]]
      for expression in expressions {
        var next: [ArraySlice<UInt8>] = []
        for part in parts { next += try Self.parts(of: Array(part), between: expression) }
        parts = next
      }
      return parts.filter { $0.hasCharacters(minimum) }
    }
  }

  private static func matches(
    of expression: RegularExpression, in text: [UInt8]
  ) throws(OperatorError) -> [Range<Int>] {
    var (found, start): ([Range<Int>], Int) = ([], 0)
    while start < text.count, let match = try expression.firstMatch(in: text, from: start) {
      if !match.isEmpty { found.append(match) }
      start = match.isEmpty ? text.characterEnd(from: match.lowerBound) : match.upperBound
    }
    return found
  }

  /// Where a separator matches nothing, it drops the character behind that place.
  private static func parts(
    of text: [UInt8], between expression: RegularExpression
  ) throws(OperatorError) -> [ArraySlice<UInt8>] {
    var (parts, start): ([ArraySlice<UInt8>], Int) = ([], 0)
    while start < text.count, let match = try expression.firstMatch(in: text, from: start) {
      parts.append(text[start..<match.lowerBound])
      start = match.isEmpty ? text.characterEnd(from: match.lowerBound) : match.upperBound
    }
    if start < text.count { parts.append(text[start...]) }
    return parts.filter { !$0.isEmpty }
  }

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let minimum = try context.value(of: minimumLength)
    guard minimum > 0 else {
      throw OperatorError(.invalidAttribute, "mincharnum is \(minimum)", remedy: "use at least 1")
    }
    let tokenizer = try Tokenizer(context)
    if case .characters = tokenizer, minimum > 1 {
      throw OperatorError(
        .invalidAttribute, "characters are the tokens, and mincharnum is \(minimum)",
        remedy: "set mincharnum to 1")
    }
    let input = try context.tensor(0)
    guard (1...2).contains(input.rank) else {
      throw OperatorError(
        .incompatibleShapes, "strings of shape \(input.shape) are given, not of [C] or [N, C]")
    }
    var rows: [[ByteString]] = []
    for string in input.strings {
      rows.append(
        try tokenizer.tokens(of: string.bytes, minimum: minimum).map { ByteString(bytes: $0) })
    }
    return [.tensor(try table(rows, shape: input.shape, context))]
  }

  /// Returns rows of one length, between marks where that is asked for.
  private static func table(
    _ rows: [[ByteString]], shape: [Int], _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    let longest = rows.reduce(0) { max($0, $1.count) }
    let mark = try context.value(of: mark)
    let isMarked = mark && longest > 0
    let width = longest + (isMarked ? 2 : 0)
    try context.checkOutput(.string, shape: shape + [width])
    let padding = try context.value(of: padding)
    let strings = rows.flatMap { row in
      let tokens = isMarked ? ["\u{2}"] + row + ["\u{3}"] : row
      return tokens + [ByteString](repeating: padding, count: width - tokens.count)
    }
    return Tensor(shape: shape + [width], strings: strings)
  }
}

extension UInt8 {
  /// Whether the byte is not the first of a character in UTF-8.
  fileprivate var continuesCharacter: Bool { self & 0xc0 == 0x80 }
}

extension Collection<UInt8> {
  /// Whether there are at least `count` characters of UTF-8.
  fileprivate func hasCharacters(_ count: Int) -> Bool {
    lazy.filter { !$0.continuesCharacter }.prefix(count).count >= count
  }
}

extension [UInt8] {
  /// The place behind the character that starts at a place.
  fileprivate func characterEnd(from start: Int) -> Int {
    var end = start + 1
    while end < count, self[end].continuesCharacter { end += 1 }
    return end
  }
}

extension OperatorDefinition {
  /// Cuts each string into tokens; rows are as long as the longest.
  fileprivate static let tokenizer = OperatorDefinition(
    OperatorSchema(
      "Tokenizer", domain: microsoft, versions: [1], inputs: [.required("X", "T")],
      outputs: [.required("Y", "T")],
      attributes: [
        Tokenizer.mark.declaration, Tokenizer.minimumLength.declaration,
        Tokenizer.padding.declaration, Tokenizer.separatorPatterns.declaration,
        Tokenizer.tokenPattern.declaration,
      ],
      constraints: ["T": .tensors(.string)]),
    inferTypes: { context in
      [.tensor(.string, context.shape(0).map { Shape($0.dimensions + [.unknown]) })]
    },
    evaluate: Tokenizer.evaluate)
}
