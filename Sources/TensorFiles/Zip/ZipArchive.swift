import CZlib
import FormatSupport
import Tensors

/// The entries of a ZIP archive and their bytes.
struct ZipArchive {
  /// Bytes of an entry: of the file itself when stored, else of memory.
  struct Content {
    var storage: Storage
    var range: Range<Int>
  }

  let entries: [ZipEntry]
  private let storage: Storage
  private let directory: ZipDirectory

  /// Reads the directory of the archive that `storage` holds.
  init(reading storage: Storage) throws(FormatError) {
    let file = LittleEndianBytes(bytes: storage.bytes)
    directory = try ZipDirectory(of: file)
    entries = try directory.entries(of: file)
    self.storage = storage
  }

  /// Returns the bytes of an entry, whose checksum is right.
  ///
  /// A stored entry is lent from the archive; a compressed one takes at most `memory` bytes.
  func content(of entry: ZipEntry, memory: Int) throws(FormatError) -> Content {
    let range = try storedRange(of: entry)
    let content: Content
    switch entry.method {
    case .stored:
      guard entry.storedSize == entry.size else {
        throw FormatError(
          .malformed, "a stored entry of \(entry.size) bytes takes \(entry.storedSize)",
          at: range.lowerBound)
      }
      content = Content(storage: storage, range: range)
    case .deflated:
      content = try inflated(entry, range, memory: memory)
    }
    let bytes = UnsafeRawBufferPointer(rebasing: content.storage.bytes[content.range])
    guard checksum(of: bytes) == entry.checksum else {
      throw FormatError(
        .corrupted, "the bytes do not have the checksum that the directory gives",
        at: range.lowerBound)
    }
    return content
  }

  /// The sizes in an entry's own header are not used: a streaming writer leaves them open.
  private func storedRange(of entry: ZipEntry) throws(FormatError) -> Range<Int> {
    let file = LittleEndianBytes(bytes: storage.bytes)
    let start = entry.headerOffset
    guard try file.load(UInt32.self, at: start) == ZipSignature.entry else {
      throw FormatError(.malformed, "no entry starts here", at: start)
    }
    let nameCount = Int(try file.load(UInt16.self, at: start + 26))
    let extraCount = Int(try file.load(UInt16.self, at: start + 28))
    guard try file.load(UInt16.self, at: start + 8) == entry.method.rawValue,
      try file.slice(at: start + 30, count: nameCount).elementsEqual(entry.name.utf8)
    else {
      throw FormatError(.invalid, "name or method are not those of the directory", at: start)
    }
    let first = start + 30 + nameCount + extraCount
    guard first <= directory.offset, entry.storedSize <= directory.offset - first else {
      throw FormatError(.truncated, "\(entry.storedSize) bytes do not fit here", at: first)
    }
    return first..<(first + entry.storedSize)
  }

  private func inflated(
    _ entry: ZipEntry, _ range: Range<Int>, memory: Int
  ) throws(FormatError) -> Content {
    // No deflate stream expands by more than 1032.
    guard entry.size / 1032 <= entry.storedSize else {
      throw FormatError(
        .malformed, "\(entry.storedSize) compressed bytes cannot stand for \(entry.size)",
        at: range.lowerBound)
    }
    guard entry.size <= memory else {
      throw FormatError(
        .limitExceeded, "\(entry.size) bytes are more than the allowed \(memory)",
        at: range.lowerBound, remedy: "store the arrays without compression (numpy.savez)")
    }
    let source = UnsafeRawBufferPointer(rebasing: storage.bytes[range])
    let target = try Storage(byteCount: entry.size) { (buffer) throws(FormatError) in
      try inflateAll(source, into: buffer, at: range.lowerBound)
    }
    return Content(storage: target, range: 0..<entry.size)
  }
}

/// Returns the CRC-32 of bytes.
func checksum(of bytes: UnsafeRawBufferPointer, after previous: UInt32 = 0) -> UInt32 {
  // zlib takes a null address as a request for the initial value.
  guard let address = bytes.baseAddress, !bytes.isEmpty else { return previous }
  let bound = address.assumingMemoryBound(to: UInt8.self)
  return UInt32(truncatingIfNeeded: crc32_z(UInt(previous), bound, bytes.count))
}
