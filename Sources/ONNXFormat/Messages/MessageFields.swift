public import CONNX

// Fields of generated structures as Swift sees them: a repeated field is a pointer and a count.

extension UnsafeBufferPointer {
  /// Views a repeated message field.
  ///
  /// The decoder leaves no element out; a message that is built must not either.
  public init<Message: ONNXMessage>(
    messages first: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, count: Int
  ) where Element == UnsafePointer<Message> {
    let start = UnsafeRawPointer(first)?.assumingMemoryBound(to: UnsafePointer<Message>.self)
    self.init(start: start, count: start == nil ? 0 : count)
  }

  /// Views a repeated string field.
  public init(
    strings first: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, count: Int
  ) where Element == UnsafePointer<CChar> {
    let start = UnsafeRawPointer(first)?.assumingMemoryBound(to: UnsafePointer<CChar>.self)
    self.init(start: start, count: start == nil ? 0 : count)
  }

  /// Views a repeated field of numbers or bytes.
  public init(
    values first: UnsafeMutablePointer<Element>?, count: Int
  ) where Element: BitwiseCopyable {
    self.init(start: first, count: first == nil ? 0 : count)
  }
}

extension UnsafeRawBufferPointer {
  /// Views a bytes field.
  public init(field: ProtobufCBinaryData) {
    self.init(start: field.data, count: field.data == nil ? 0 : field.len)
  }
}

extension String {
  /// Copies a string field: empty when it is absent, repaired where it is not UTF-8.
  public init(field: UnsafePointer<CChar>?) {
    self = field.map { String(cString: $0) } ?? ""
  }
}
