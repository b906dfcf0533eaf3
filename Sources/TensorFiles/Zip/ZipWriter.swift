import CZlib
import FormatSupport

/// Writes a ZIP archive, entry after entry; the same entries give the same bytes.
struct ZipWriter {
  /// A receiver of an entry's bytes, part after part.
  typealias Sink = (UnsafeRawBufferPointer) throws(FormatError) -> Void

  /// The size or offset from which on the ZIP64 form is used.
  var largeSize = Int(UInt32.max)

  /// The number of entries from which on the ZIP64 form is used.
  var largeCount = Int(UInt16.max)

  private let file: OutputFile
  private var entries: [ZipEntry] = []
  private var names: Set<String> = []

  /// Starts an archive at the beginning of `file`.
  init(to file: OutputFile) { self.file = file }

  /// Appends an entry whose bytes `produce` hands out; it is called twice for a stored entry.
  mutating func append(
    _ name: String, _ compression: NumPyArchive.Compression,
    producing produce: (Sink) throws(FormatError) -> Void
  ) throws(FormatError) {
    guard names.insert(name).inserted else {
      throw FormatError(.invalid, "two entries are named \(name)")
    }
    guard name.utf8.count <= Int(UInt16.max) else {
      throw FormatError(.unsupported, "a name of \(name.utf8.count) bytes is too long for an entry")
    }
    var size = 0
    var crc: UInt32 = 0
    try produce { (bytes) throws(FormatError) in
      crc = checksum(of: bytes, after: crc)
      size += bytes.count
    }
    var entry = ZipEntry(
      name: name, method: compression == .none ? .stored : .deflated, checksum: crc,
      storedSize: size, size: size, headerOffset: file.count)
    // Deflate stores what it cannot compress, with 5 bytes for each 16 KiB.
    let isLarge = size + size / 1024 + 64 >= largeSize
    try file.append(localHeader(of: entry, isLarge: isLarge))
    if entry.method == .stored {
      try produce { (bytes) throws(FormatError) in try file.append(bytes) }
    } else {
      entry.storedSize = try deflate(produce)
      try file.overwrite(localHeader(of: entry, isLarge: isLarge), at: entry.headerOffset)
    }
    entries.append(entry)
  }

  private func deflate(
    _ produce: (Sink) throws(FormatError) -> Void
  ) throws(FormatError) -> Int {
    let start = file.count
    let deflation = try Deflation(to: file)
    try produce { (bytes) throws(FormatError) in try deflation.append(bytes) }
    try deflation.finish()
    return file.count - start
  }

  /// Appends the directory.
  func finish() throws(FormatError) {
    let start = file.count
    for entry in entries { try file.append(directoryEntry(of: entry)) }
    let size = file.count - start
    var record: [UInt8] = []
    if entries.count >= largeCount || start >= largeSize || size >= largeSize {
      record = largeEndRecord(start: start, size: size)
    }
    record.append(littleEndian: ZipSignature.end)
    record.append(littleEndian: UInt32(0))
    for _ in 0..<2 { record.append(littleEndian: UInt16(clamping: entries.count)) }
    record.append(littleEndian: UInt32(clamping: size))
    record.append(littleEndian: UInt32(clamping: start))
    record.append(littleEndian: UInt16(0))
    try file.append(record)
  }
}

// MARK: - Records

extension ZipWriter {
  /// What an entry's own header and the directory have in common: version to checksum.
  private func commonFields(of entry: ZipEntry, isLarge: Bool) -> [UInt8] {
    let isASCII = entry.name.utf8.allSatisfy { $0 < 0x80 }
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt16(isLarge ? 45 : 20))
    bytes.append(littleEndian: UInt16(isASCII ? 0 : 1 << 11))
    bytes.append(littleEndian: entry.method.rawValue)
    // Midnight of the first of January 1980, where the format's time begins.
    bytes.append(littleEndian: UInt16(0))
    bytes.append(littleEndian: UInt16(1 << 5 | 1))
    bytes.append(littleEndian: entry.checksum)
    return bytes
  }

  private func localHeader(of entry: ZipEntry, isLarge: Bool) -> [UInt8] {
    var extra: [UInt8] = []
    if isLarge {
      extra.append(littleEndian: UInt16(1))
      extra.append(littleEndian: UInt16(16))
      extra.append(littleEndian: UInt64(entry.size))
      extra.append(littleEndian: UInt64(entry.storedSize))
    }
    if entry.method == .stored {
      extra += alignment(after: entry.headerOffset + 30 + entry.name.utf8.count + extra.count)
    }
    var bytes: [UInt8] = []
    bytes.append(littleEndian: ZipSignature.entry)
    bytes += commonFields(of: entry, isLarge: isLarge)
    for size in [entry.storedSize, entry.size] {
      bytes.append(littleEndian: isLarge ? UInt32.max : UInt32(clamping: size))
    }
    bytes.append(littleEndian: UInt16(entry.name.utf8.count))
    bytes.append(littleEndian: UInt16(extra.count))
    return bytes + entry.name.utf8 + extra
  }

  /// Returns an extra field that ends on a 64-byte boundary; the header of an array keeps to it.
  private func alignment(after offset: Int) -> [UInt8] {
    let padding = (64 - offset % 64) % 64
    guard padding > 0 else { return [] }
    let count = padding < 6 ? padding + 64 : padding
    var field: [UInt8] = []
    // The field that Android's archives are aligned with: readers skip what they do not know.
    field.append(littleEndian: UInt16(0xd935))
    field.append(littleEndian: UInt16(count - 4))
    field.append(littleEndian: UInt16(64))
    return field + [UInt8](repeating: 0, count: count - 6)
  }

  private func directoryEntry(of entry: ZipEntry) -> [UInt8] {
    let fields = [entry.size, entry.storedSize, entry.headerOffset]
    let large = fields.filter { $0 >= largeSize }
    var extra: [UInt8] = []
    if !large.isEmpty {
      extra.append(littleEndian: UInt16(1))
      extra.append(littleEndian: UInt16(large.count * 8))
      for field in large { extra.append(littleEndian: UInt64(field)) }
    }
    func short(_ field: Int) -> UInt32 { field >= largeSize ? .max : UInt32(clamping: field) }
    var bytes: [UInt8] = []
    bytes.append(littleEndian: ZipSignature.directoryEntry)
    // Made by version 4.5 on Unix, which says how the attributes below are meant.
    bytes.append(littleEndian: UInt16(3 << 8 | 45))
    bytes += commonFields(of: entry, isLarge: !large.isEmpty)
    bytes.append(littleEndian: short(entry.storedSize))
    bytes.append(littleEndian: short(entry.size))
    bytes.append(littleEndian: UInt16(entry.name.utf8.count))
    bytes.append(littleEndian: UInt16(extra.count))
    bytes += [UInt8](repeating: 0, count: 6)
    bytes.append(littleEndian: UInt32(0o100644) << 16)
    bytes.append(littleEndian: short(entry.headerOffset))
    return bytes + entry.name.utf8 + extra
  }

  private func largeEndRecord(start: Int, size: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: ZipSignature.end64)
    bytes.append(littleEndian: UInt64(44))
    for _ in 0..<2 { bytes.append(littleEndian: UInt16(45)) }
    bytes.append(littleEndian: UInt64(0))
    for _ in 0..<2 { bytes.append(littleEndian: UInt64(entries.count)) }
    bytes.append(littleEndian: UInt64(size))
    bytes.append(littleEndian: UInt64(start))
    bytes.append(littleEndian: ZipSignature.end64Locator)
    bytes.append(littleEndian: UInt32(0))
    bytes.append(littleEndian: UInt64(start + size))
    bytes.append(littleEndian: UInt32(1))
    return bytes
  }
}
