import FormatSupport

/// Where the directory of a ZIP archive lies: the source of truth about its entries.
struct ZipDirectory: Hashable {
  var offset: Int
  var size: Int
  var entryCount: Int

  /// Finds the directory by the record that ends the archive.
  ///
  /// - Throws: ``FormatError`` when there is none, or when the archive has several parts or bytes
  ///   before, between or after what the records announce.
  init(of file: LittleEndianBytes) throws(FormatError) {
    let end = try ZipDirectory.endRecord(of: file)
    for field in [4, 6] {
      let disk = try file.load(UInt16.self, at: end + field)
      guard disk == 0 || disk == .max else {
        throw FormatError(
          .unsupported, "the archive is part \(disk) of several", at: end + field)
      }
    }
    entryCount = Int(try file.load(UInt16.self, at: end + 10))
    size = Int(try file.load(UInt32.self, at: end + 12))
    offset = Int(try file.load(UInt32.self, at: end + 16))
    var limit = end
    if end >= 20, try file.load(UInt32.self, at: end - 20) == ZipSignature.end64Locator {
      limit = try readLargeRecord(file, locator: end - 20)
    }
    guard offset + size == limit else {
      throw FormatError(
        .malformed,
        "the directory at byte \(offset) of \(size) bytes does not end where its end"
          + " record starts, at byte \(limit)", at: end)
    }
    guard entryCount <= size / 46 else {
      throw FormatError(
        .malformed, "\(entryCount) entries do not fit in a directory of \(size) bytes", at: end)
    }
  }

  /// Reads sizes of 64 bits and returns where their record starts.
  private mutating func readLargeRecord(
    _ file: LittleEndianBytes, locator: Int
  ) throws(FormatError) -> Int {
    let record = try file.loadSize(at: locator + 8)
    guard try file.load(UInt32.self, at: record) == ZipSignature.end64, record < locator else {
      throw FormatError(.malformed, "no ZIP64 end record is at byte \(record)", at: locator)
    }
    entryCount = try file.loadSize(at: record + 32)
    size = try file.loadSize(at: record + 40)
    offset = try file.loadSize(at: record + 48)
    return record
  }

  /// The end record is the last one whose comment reaches exactly to the end of the file.
  private static func endRecord(of file: LittleEndianBytes) throws(FormatError) -> Int {
    let last = file.bytes.count - 22
    for offset in stride(from: last, through: max(0, last - 0xffff), by: -1)
    where try file.load(UInt32.self, at: offset) == ZipSignature.end {
      if Int(try file.load(UInt16.self, at: offset + 20)) == last - offset { return offset }
    }
    throw FormatError(
      .truncated, "the archive ends without the record that its directory is found by",
      at: file.bytes.count, remedy: "the file may be incomplete: copy or create it again")
  }
}

// MARK: - Entries

extension ZipDirectory {
  /// Reads every entry, in the order of the directory.
  func entries(of file: LittleEndianBytes) throws(FormatError) -> [ZipEntry] {
    var entries: [ZipEntry] = []
    var names: Set<String> = []
    var position = offset
    for _ in 0..<entryCount {
      let entry = try readEntry(file, at: &position)
      guard names.insert(entry.name).inserted else {
        throw FormatError(.invalid, "the archive has two entries named \(entry.name)", at: position)
      }
      entries.append(entry)
    }
    guard position == offset + size else {
      throw FormatError(
        .malformed, "the directory goes on after its \(entryCount) entries", at: position)
    }
    try refuseOverlaps(entries)
    return entries
  }

  private func readEntry(
    _ file: LittleEndianBytes, at position: inout Int
  ) throws(FormatError) -> ZipEntry {
    let start = position
    guard try file.load(UInt32.self, at: start) == ZipSignature.directoryEntry else {
      throw FormatError(.malformed, "the directory has no entry here", at: start)
    }
    let nameCount = Int(try file.load(UInt16.self, at: start + 28))
    let extraCount = Int(try file.load(UInt16.self, at: start + 30))
    let commentCount = Int(try file.load(UInt16.self, at: start + 32))
    let nameBytes = try file.slice(at: start + 46, count: nameCount)
    guard let name = String(validating: nameBytes, as: UTF8.self) else {
      throw FormatError(.malformed, "the name of an entry is not UTF-8", at: start + 46)
    }
    var entry = ZipEntry(
      name: name, method: try method(file, at: start),
      checksum: try file.load(UInt32.self, at: start + 16),
      storedSize: Int(try file.load(UInt32.self, at: start + 20)),
      size: Int(try file.load(UInt32.self, at: start + 24)),
      headerOffset: Int(try file.load(UInt32.self, at: start + 42)))
    let extra = start + 46 + nameCount
    try readLargeSizes(of: &entry, file, in: extra..<(extra + extraCount))
    position = extra + extraCount + commentCount
    guard position <= offset + size, entry.headerOffset + 30 <= offset else {
      throw FormatError(.malformed, "the entry \(name) does not fit in the archive", at: start)
    }
    return entry
  }

  private func method(
    _ file: LittleEndianBytes, at start: Int
  ) throws(FormatError) -> ZipEntry.Method {
    let flags = try file.load(UInt16.self, at: start + 8)
    guard flags & 1 == 0 else {
      throw FormatError(.unsupported, "an entry is encrypted", at: start + 8)
    }
    let code = try file.load(UInt16.self, at: start + 10)
    guard let method = ZipEntry.Method(rawValue: code) else {
      throw FormatError(
        .unsupported, "an entry is compressed by method \(code)", at: start + 10,
        remedy: "write the archive with numpy.savez or numpy.savez_compressed")
    }
    return method
  }

  /// Replaces the sizes that need 64 bits by those of the ZIP64 field (APPNOTE.TXT §4.5.3).
  private func readLargeSizes(
    of entry: inout ZipEntry, _ file: LittleEndianBytes, in extra: Range<Int>
  ) throws(FormatError) {
    let large = Int(UInt32.max)
    let fields: [WritableKeyPath<ZipEntry, Int>] = [\.size, \.storedSize, \.headerOffset]
      .filter { entry[keyPath: $0] == large }
    guard !fields.isEmpty else { return }
    var position = extra.lowerBound
    while position + 4 <= extra.upperBound {
      let identifier = try file.load(UInt16.self, at: position)
      let count = Int(try file.load(UInt16.self, at: position + 2))
      position += 4
      if identifier == 1, count >= fields.count * 8, position + count <= extra.upperBound {
        for (index, field) in fields.enumerated() {
          entry[keyPath: field] = try file.loadSize(at: position + index * 8)
        }
        return
      }
      position += count
    }
    throw FormatError(
      .malformed, "the entry \(entry.name) has no ZIP64 sizes", at: extra.lowerBound)
  }

  /// Entries that share bytes let a small archive announce far more than it holds.
  private func refuseOverlaps(_ entries: [ZipEntry]) throws(FormatError) {
    var end = 0
    for entry in entries.sorted(by: { $0.headerOffset < $1.headerOffset }) {
      guard entry.headerOffset >= end else {
        throw FormatError(
          .invalid, "the entry \(entry.name) overlaps another", at: entry.headerOffset)
      }
      end = entry.headerOffset + 30 + entry.storedSize
    }
    guard end <= offset else {
      throw FormatError(.malformed, "entries reach into the directory", at: offset)
    }
  }
}
