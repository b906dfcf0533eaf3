public import CONNX
import CProtobufWire
public import FormatSupport

/// The memory of messages: all of it is given back when the arena goes.
public final class MessageArena {
  /// The number of bytes that the arena may give out.
  public let limit: Int

  let handle: OpaquePointer

  /// Creates an arena; by default as large as the machine allows.
  public init(limit: Int = .max) throws(FormatError) {
    guard let handle = pbwire_arena_create(max(limit, 0)) else {
      throw FormatError(.limitExceeded, "no memory for messages")
    }
    self.limit = limit
    self.handle = handle
  }

  deinit { pbwire_arena_destroy(handle) }

  /// The number of bytes given out so far.
  public var used: Int { pbwire_arena_used(handle) }

  /// Returns an empty message to be filled in.
  ///
  /// - Throws: ``FormatError`` with code `limitExceeded` past the limit, as all functions here.
  public func make<Message: ONNXMessage>(
    _: Message.Type = Message.self
  ) throws(FormatError) -> UnsafeMutablePointer<Message> {
    let message = pbwire_arena_allocate_message(handle, Message.descriptor)
    return try UnsafeMutableRawPointer(granted(message)).assumingMemoryBound(to: Message.self)
  }

  /// Returns a zeroed array, for the elements of a repeated field.
  public func makeArray<Element: BitwiseCopyable>(
    of _: Element.Type = Element.self, count: Int
  ) throws(FormatError) -> UnsafeMutablePointer<Element> {
    let array = pbwire_arena_allocate_array(handle, max(count, 0), MemoryLayout<Element>.stride)
    return try granted(array).assumingMemoryBound(to: Element.self)
  }

  /// Returns an array of `count` messages, each empty, for a repeated field.
  public func makeMessages<Message: ONNXMessage>(
    of _: Message.Type = Message.self, count: Int
  ) throws(FormatError) -> UnsafeMutablePointer<UnsafeMutablePointer<Message>?> {
    let array = try makeArray(of: UnsafeMutablePointer<Message>?.self, count: count)
    for index in 0..<max(count, 0) { array[index] = try make() }
    return array
  }

  /// Returns a copy of some values, for a repeated field.
  public func copy<Element: BitwiseCopyable>(
    _ values: [Element]
  ) throws(FormatError) -> UnsafeMutablePointer<Element> {
    let array = try makeArray(of: Element.self, count: values.count)
    array.update(from: values, count: values.count)
    return array
  }

  /// Returns a copy of a text as a C string.
  ///
  /// - Throws: ``FormatError`` with code `invalid` when the text holds a NUL character.
  public func copy(_ text: String) throws(FormatError) -> UnsafeMutablePointer<CChar> {
    guard !text.utf8.contains(0) else {
      throw FormatError(.invalid, "\(text.debugDescription) holds a NUL character")
    }
    var text = text
    return try granted(
      text.withUTF8 { pbwire_arena_copy_string(handle, $0.baseAddress, $0.count) })
  }

  /// Returns a copy of some texts as C strings, for a repeated field.
  public func copy(
    _ texts: [String]
  ) throws(FormatError) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
    let array = try makeArray(of: UnsafeMutablePointer<CChar>?.self, count: texts.count)
    for (index, text) in texts.enumerated() { array[index] = try copy(text) }
    return array
  }

  /// Returns a copy of some bytes, for a bytes field.
  public func copy(bytes: UnsafeRawBufferPointer) throws(FormatError) -> ProtobufCBinaryData {
    let array = try makeArray(of: UInt8.self, count: bytes.count)
    UnsafeMutableRawPointer(array).copyMemory(
      from: bytes.baseAddress ?? UnsafeRawPointer(array),
      byteCount: bytes.count)
    return ProtobufCBinaryData(len: bytes.count, data: array)
  }

  private func granted<Pointer>(_ pointer: Pointer?) throws(FormatError) -> Pointer {
    if let pointer { return pointer }
    throw FormatError(
      .limitExceeded, "messages need more than \(limit) bytes of memory beside the file")
  }
}
