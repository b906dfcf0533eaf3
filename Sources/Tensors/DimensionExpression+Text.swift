extension DimensionExpression: CustomStringConvertible {
  /// The expression as the text form writes it, such as `2*seq+1` or `floor((h+1)/2)`.
  ///
  /// A name that is no word is in quotation marks. ``init(parsing:)`` reads it back.
  public var description: String { text(spaced: false) }

  /// The expression as the name of a dimension in a model file, such as `2*seq + 1`.
  ///
  /// A symbol on its own is written as it is, if that has no other meaning. ``init(parameter:)``
  /// reads it back, unless it is a number.
  public var parameter: String {
    guard let symbol else {
      let text = text(spaced: true)
      return Self.isPlainName(text) ? "(\(text))" : text
    }
    return Self(parameter: symbol) == self ? symbol : symbol.quoted
  }

  /// Reads the notation of ``description``; nil when the text is not in it or is too large.
  ///
  /// Beyond what `description` writes: spaces, `/` (exact inside of `floor` and `ceil`), `//`, `%`,
  /// `**`, `ceil(a/b)`, `mod(a, b)` and the spellings of SymPy such as `Max`, `FloorDiv`.
  public init?(parsing text: String) {
    var parser = DimensionExpressionParser(text, dividesByNames: true)
    guard let expression = parser.parse() else { return nil }
    self = expression
  }

  /// Reads the name that an exporter gave a dimension: an expression where it clearly is one,
  /// else the name of a size that nothing more is known of.
  ///
  /// Names with hyphens or slashes, such as `Conv_0_dim-2` or `in/out`, are names, and so are
  /// numbers.
  public init(parameter text: String) {
    self.init(symbol: text)
    guard !Self.isPlainName(text) else { return }
    var parser = DimensionExpressionParser(text, dividesByNames: false)
    guard let expression = parser.parse(), expression.constant == nil else { return }
    // Not `(batch)`, whose name would be lost.
    guard expression.symbol == nil || text.utf8.first == UInt8(ascii: "\"") else { return }
    self = expression
  }

  /// Whether an exporter's name has none of the signs of an expression.
  private static func isPlainName(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0.isWordPart || $0 == UInt8(ascii: "-") }
  }

  private func text(spaced: Bool) -> String {
    guard !terms.isEmpty else { return "0" }
    var result = ""
    // A sum starts with a positive term where it has one.
    let first = terms.firstIndex { $0.coefficient > 0 } ?? 0
    for index in [first] + terms.indices.filter({ $0 != first }) {
      let term = terms[index]
      let sign = term.coefficient < 0 ? "-" : result.isEmpty ? "" : "+"
      result += spaced && !result.isEmpty ? " \(sign) " : sign
      result += term.magnitudeText
    }
    return result
  }

  fileprivate var dividendText: String { terms.count < 2 ? description : "(\(description))" }

  fileprivate var divisorText: String {
    let isOneWord = soleFactor != nil || constant ?? -1 >= 0
    return isOneWord ? description : "(\(description))"
  }
}

extension DimensionExpression.Term {
  fileprivate var magnitudeText: String {
    let names = factors.map(\.text).joined(separator: "*")
    if factors.isEmpty { return "\(coefficient.magnitude)" }
    return coefficient.magnitude == 1 ? names : "\(coefficient.magnitude)*\(names)"
  }
}

extension DimensionExpression.Factor {
  fileprivate var text: String {
    switch self {
    case .symbol(let name): name.quotedUnlessWord
    case .floorDivision(let dividend, let divisor):
      "floor(\(dividend.dividendText)/\(divisor.divisorText))"
    case .minimum(let operands): "min(\(operands.map(\.description).joined(separator: ", ")))"
    case .maximum(let operands): "max(\(operands.map(\.description).joined(separator: ", ")))"
    }
  }
}
