import FormatSupport
import Tensors

/// The bytes of one file as a storage that all tensors in it share.
struct ByteSource {
  let storage: Storage

  /// Shares a mapped file, which stays mapped as long as a tensor lies in it.
  init(_ file: MappedFile) {
    storage = Storage(
      bytes: file.bytes, owner: file,
      region: file.descriptor.map { FileRegion(descriptor: $0, offset: 0) })
  }

  private init(_ storage: Storage) { self.storage = storage }

  /// Shares the bytes that a message was decoded from.
  init<Root>(_ message: DecodedMessage<Root>) {
    if let file = message.file {
      self.init(file)
    } else {
      self.init(Storage(bytes: message.bytes, owner: message))
    }
  }

  /// Returns where the bytes lie in the source, or nil when they are somewhere else.
  func range(of bytes: UnsafeRawBufferPointer) -> Range<Int>? {
    guard !bytes.isEmpty, let base = storage.bytes.baseAddress, let start = bytes.baseAddress,
      start >= base, start + bytes.count <= base + storage.bytes.count
    else { return nil }
    let offset = start - base
    return offset..<(offset + bytes.count)
  }
}
