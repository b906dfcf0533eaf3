/// An error met while reading or writing a model file.
public struct FormatError: Error, Hashable, Sendable {
  /// What kind of defect the file has.
  public enum Code: String, Hashable, Sendable {
    /// The file ends before what it announces.
    case truncated
    /// The bytes do not follow the format.
    case malformed
    /// The file is well formed but contradicts itself or the specification.
    case invalid
    /// The file asks for more than the reader's ``ResourceLimits`` allow.
    case limitExceeded
    /// The file needs a feature that this version does not have.
    case unsupported
    /// What a hash or a signature covers has changed.
    case corrupted
    /// The operating system refused to open, read or write a file.
    case inputOutput
  }

  public var code: Code

  /// What was wrong, in lower case and with the values concerned, without the place.
  public var message: String

  /// The byte of the file at which the defect was found, where there is one.
  public var offset: Int?

  /// The fields from the root of the file to the defect, outermost first.
  public var path: [String]

  /// What the reader of the message can do about it.
  public var remedy: String?

  /// Further defects of the same file that were found in one go.
  public var others: [FormatError] = []

  /// Creates an error at a byte of the file.
  public init(
    _ code: Code, _ message: String, at offset: Int? = nil, path: [String] = [],
    remedy: String? = nil
  ) {
    self.code = code
    self.message = message
    self.offset = offset
    self.path = path
    self.remedy = remedy
  }

  /// Returns the error with `field` in front of its path.
  public func inside(_ field: String) -> FormatError {
    var error = self
    error.path.insert(field, at: 0)
    error.others = others.map { $0.inside(field) }
    return error
  }

  /// Returns the error with advice for the person who reads it.
  public func advising(_ remedy: String) -> FormatError {
    var error = self
    error.remedy = remedy
    return error
  }
}

extension FormatError: CustomStringConvertible {
  /// The error on one line: place, message, byte and remedy; further defects on lines of their own.
  public var description: String {
    ([line] + others.map(\.description)).joined(separator: "\n")
  }

  private var line: String {
    let place = path.isEmpty ? "" : "\(path.joined(separator: ".")): "
    let byte = offset.map { " (at byte \($0))" } ?? ""
    let advice = remedy.map { "; \($0)" } ?? ""
    return "\(place)\(message)\(byte)\(advice)"
  }
}
