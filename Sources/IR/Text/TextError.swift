/// An error met while reading the text form of a graph.
public struct TextError: Error, Hashable, Sendable {
  /// What was wrong, in lower case, without the place.
  public var message: String

  /// The line of the text, the first being 1.
  public var line: Int

  /// The character of the line, the first being 1.
  public var column: Int

  /// What the writer of the text can do about it.
  public var remedy: String?

  public init(_ message: String, line: Int = 1, column: Int = 1, remedy: String? = nil) {
    self.message = message
    self.line = line
    self.column = column
    self.remedy = remedy
  }
}

extension TextError: CustomStringConvertible {
  /// The error on one line: line, column, message and remedy.
  public var description: String {
    "\(line):\(column): \(message)\(remedy.map { "; \($0)" } ?? "")"
  }
}
