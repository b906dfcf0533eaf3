public import CONNX

import CProtobufWire
public import FormatSupport

/// A decoded model file.
public typealias ModelMessage = DecodedMessage<Onnx__ModelProto>

/// A decoded tensor file.
public typealias TensorMessage = DecodedMessage<Onnx__TensorProto>

/// A decoded sequence file.
public typealias SequenceMessage = DecodedMessage<Onnx__SequenceProto>

/// A decoded file of an optional value.
public typealias OptionalMessage = DecodedMessage<Onnx__OptionalProto>

/// A message and all that it points to: its structures in an arena, its bytes in a file.
///
/// The structures are to be read only, and not after this object has gone: Swift may let go of an
/// object after its last use, so code that follows pointers does it inside `withExtendedLifetime`.
/// Bytes fields point into the file and live as long as `file` does.
public final class DecodedMessage<Root: ONNXMessage> {
  /// The outermost message: valid as long as this object, which whoever follows the pointer keeps
  /// alive with `withExtendedLifetime`.
  public let root: UnsafePointer<Root>

  /// The file that the message was decoded from, or nil when it was decoded from an array.
  public let file: MappedFile?

  /// The memory of the structures.
  public let arena: MessageArena

  /// The encoded bytes.
  public let bytes: UnsafeRawBufferPointer

  private let ownedBytes: UnsafeMutableRawBufferPointer?

  private init(
    _ bytes: UnsafeRawBufferPointer, root: UnsafePointer<Root>, arena: MessageArena,
    file: MappedFile?, ownedBytes: UnsafeMutableRawBufferPointer?
  ) {
    self.bytes = bytes
    self.root = root
    self.arena = arena
    self.file = file
    self.ownedBytes = ownedBytes
  }

  deinit { ownedBytes?.deallocate() }

  /// Decodes a file without copying its tensors; the size of the file decides absent limits.
  ///
  /// - Throws: ``FormatError`` with the byte and the path of the field that is wrong.
  public static func decode(
    _ file: MappedFile, limits: ResourceLimits? = nil
  ) throws(FormatError) -> DecodedMessage {
    let limits = limits ?? .forFile(ofSize: file.bytes.count)
    let arena = try MessageArena(limit: limits.memory)
    let root = try arena.decode(file.bytes, as: Root.self, depth: limits.depth)
    return DecodedMessage(file.bytes, root: root, arena: arena, file: file, ownedBytes: nil)
  }

  /// Decodes an array, which is copied.
  public static func decode(
    _ bytes: [UInt8], limits: ResourceLimits? = nil
  ) throws(FormatError) -> DecodedMessage {
    let limits = limits ?? .forFile(ofSize: bytes.count)
    let arena = try MessageArena(limit: limits.memory)
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
    copy.copyBytes(from: bytes)
    let source = UnsafeRawBufferPointer(copy)
    do {
      let root = try arena.decode(source, as: Root.self, depth: limits.depth)
      return DecodedMessage(source, root: root, arena: arena, file: nil, ownedBytes: copy)
    } catch {
      copy.deallocate()
      throw error
    }
  }

  /// Returns where in the file the content of a message inside ``root`` begins, for the place of
  /// an error.
  public func offset<Message: ONNXMessage>(of message: UnsafePointer<Message>) -> Int? {
    let start = UnsafeRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self)
    guard let content = pbwire_message_origin(start).pointee.bytes else { return nil }
    return offset(of: UnsafeRawBufferPointer(start: content, count: 0))
  }

  /// Returns where in the file a bytes field lies.
  public func offset(of field: UnsafeRawBufferPointer) -> Int? {
    guard let base = bytes.baseAddress, let start = field.baseAddress else { return nil }
    let offset = start - base
    return offset >= 0 && offset <= bytes.count - field.count ? offset : nil
  }
}

extension MessageArena {
  /// Decodes bytes, which must outlive the arena.
  func decode<Message: ONNXMessage>(
    _ bytes: UnsafeRawBufferPointer, as _: Message.Type, depth: Int
  ) throws(FormatError) -> UnsafePointer<Message> {
    var error = pbwire_error()
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let depth = min(max(depth, 0), Int(PBWIRE_MAX_DEPTH))
    let message = pbwire_decode(
      Message.descriptor, start, bytes.count, depth, handle, &error)
    guard let message else { throw FormatError(error, depth: depth, memory: limit) }
    return UnsafeRawPointer(message).assumingMemoryBound(to: Message.self)
  }
}
