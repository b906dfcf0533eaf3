import CONNX
import CProtobufWire
public import FormatSupport
public import Tensors

/// Writes messages as bytes.
public struct MessageEncoder {
  /// The files that bytes fields may point into; such fields are copied inside the kernel.
  public var sources: [MappedFile]

  /// Storages that bytes fields may point into; those that lie in a file are copied likewise.
  public var storages: [Storage] = []

  /// Whether decoded messages lose an unusual order or form of their fields.
  ///
  /// Otherwise a decoded message gives the very bytes that it was decoded from.
  public var isCanonical: Bool

  /// Creates an encoder.
  public init(sources: [MappedFile] = [], isCanonical: Bool = false) {
    self.sources = sources
    self.isCanonical = isCanonical
  }

  /// Appends a message to a file.
  public func encode<Message: ONNXMessage>(
    _ message: UnsafePointer<Message>, to output: OutputFile
  ) throws(FormatError) {
    let views = sources.compactMap(FileView.init) + storages.compactMap(FileView.init)
    // The storages must not go before their bytes are written.
    defer { withExtendedLifetime(self) {} }
    try encode(message) { (bytes) throws(FormatError) in try output.append(bytes, from: views) }
  }

  /// Returns the bytes of a message.
  public func encode<Message: ONNXMessage>(
    _ message: UnsafePointer<Message>
  ) throws(FormatError) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(try size(of: message))
    try encode(message) { bytes throws(FormatError) in result.append(contentsOf: bytes) }
    return result
  }

  /// Returns the number of bytes of a message.
  public func size<Message: ONNXMessage>(
    of message: UnsafePointer<Message>
  ) throws(FormatError) -> Int {
    var size: UInt64 = 0
    let code = pbwire_encoded_size(message.asMessage, isCanonical, &size)
    guard code == PBWIRE_OK else { throw FormatError(encoding: code) }
    return Int(clamping: size)
  }

  private func encode<Message: ONNXMessage>(
    _ message: UnsafePointer<Message>,
    write: (UnsafeRawBufferPointer) throws(FormatError) -> Void
  ) throws(FormatError) {
    let failure = withoutActuallyEscaping(write) { write in
      var sink = Sink(write: write)
      let code = withUnsafeMutablePointer(to: &sink) { sink in
        pbwire_encode(message.asMessage, isCanonical, Sink.receive, sink)
      }
      return code == PBWIRE_OK ? nil : sink.failure ?? FormatError(encoding: code)
    }
    if let failure { throw failure }
  }
}

/// What receives the encoder's bytes, as C hands it around.
private struct Sink {
  let write: (UnsafeRawBufferPointer) throws(FormatError) -> Void
  var failure: FormatError?

  static let receive: pbwire_sink = { context, bytes, length in
    guard let sink = context?.assumingMemoryBound(to: Sink.self) else { return 1 }
    do throws(FormatError) {
      try sink.pointee.write(UnsafeRawBufferPointer(start: bytes, count: length))
      return 0
    } catch {
      sink.pointee.failure = error
      return 1
    }
  }
}

/// Bytes in memory that are also those of an open file.
private struct FileView {
  let start: UnsafeRawPointer
  let count: Int
  let descriptor: Int32
  let offset: Int

  init?(_ file: MappedFile) {
    guard let descriptor = file.descriptor, let start = file.bytes.baseAddress else { return nil }
    self.start = start
    self.count = file.bytes.count
    self.descriptor = descriptor
    self.offset = 0
  }

  init?(_ storage: Storage) {
    guard let region = storage.region, let start = storage.bytes.baseAddress else { return nil }
    self.start = start
    self.count = storage.bytes.count
    self.descriptor = region.descriptor
    self.offset = region.offset
  }
}

extension OutputFile {
  /// Below this size a copy through the gathered bytes is cheaper than a system call.
  private static let smallestKernelCopy = 1 << 16

  /// Appends bytes, inside the kernel when they lie in one of the files.
  fileprivate func append(
    _ bytes: UnsafeRawBufferPointer, from views: [FileView]
  ) throws(FormatError) {
    guard bytes.count >= Self.smallestKernelCopy, let start = bytes.baseAddress else {
      return try append(bytes)
    }
    for view in views {
      let offset = start - view.start
      if offset >= 0, offset <= view.count - bytes.count {
        return try append(bytes.count, at: view.offset + offset, of: view.descriptor)
      }
    }
    try append(bytes)
  }
}

extension FormatError {
  /// Says in words why a message cannot be written.
  fileprivate init(encoding code: pbwire_code) {
    switch code {
    case PBWIRE_TOO_DEEP:
      self.init(.limitExceeded, "messages are nested more than \(PBWIRE_MAX_DEPTH) deep")
    default:
      self.init(.limitExceeded, "no memory for the sizes of the messages")
    }
  }
}

extension UnsafePointer where Pointee: ONNXMessage {
  /// The message as the C functions take it.
  fileprivate var asMessage: UnsafePointer<ProtobufCMessage> {
    UnsafeRawPointer(self).assumingMemoryBound(to: ProtobufCMessage.self)
  }
}

extension DecodedMessage {
  /// Writes the message to a file; tensors are copied inside the kernel.
  public func encode(to output: OutputFile) throws(FormatError) {
    defer { withExtendedLifetime(self) {} }
    try MessageEncoder(sources: file.map { [$0] } ?? []).encode(root, to: output)
  }

  /// Returns the bytes of the message.
  public func encode() throws(FormatError) -> [UInt8] {
    defer { withExtendedLifetime(self) {} }
    return try MessageEncoder().encode(root)
  }
}
