/// A string as model files hold it: bytes that are usually, but not always, UTF-8.
public struct ByteString: Hashable, Sendable {
  public var bytes: [UInt8]

  /// Creates a string of raw bytes.
  public init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// Creates the UTF-8 form of `text`.
  public init(_ text: String) { self.bytes = Array(text.utf8) }

  /// The text, or nil when the bytes are not UTF-8.
  public var text: String? { String(validating: bytes, as: UTF8.self) }
}

extension ByteString: ExpressibleByStringLiteral, CustomStringConvertible {
  public init(stringLiteral value: String) { self.init(value) }

  /// The text, with each invalid byte replaced by U+FFFD.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}
