import FormatSupport
import Tensors

/// The decoded bytes of a file's sections of tensors, views on the file where they are raw.
struct SectionData: Sendable {
  private let storages: [Storage?]

  /// Decodes what is compressed; takes the memory for it from `limits`.
  init(
    _ sections: SectionTable, _ header: EdgeHeader, _ source: EdgeSource, _ limits: ResourceLimits
  ) throws(FormatError) {
    var storages: [Storage?] = []
    var memory = limits.memory
    for (index, record) in sections.records.enumerated() {
      guard record.kind == .tensors else {
        storages.append(nil)
        continue
      }
      let storage = try locating("sections[\(index)]") { () throws(FormatError) in
        try source.decoded(record, header, limit: memory)
      }
      if record.codec != .raw { memory -= record.rawLength }
      storages.append(storage)
    }
    self.storages = storages
  }

  /// The bytes of a section; nil when it holds no tensors.
  subscript(section: Int) -> Storage? {
    storages.indices.contains(section) ? storages[section] : nil
  }
}

/// The bytes of a whole file.
struct EdgeSource: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
  let owner: AnyObject
  let descriptor: Int32?

  /// Returns the bytes of a section as the file holds them.
  func stored(_ record: SectionRecord, _ header: EdgeHeader) -> UnsafeRawBufferPointer {
    let start = header.sectionBase + record.offset
    return UnsafeRawBufferPointer(rebasing: bytes[start..<(start + record.length)])
  }

  /// Returns the decoded bytes of a section.
  func decoded(
    _ record: SectionRecord, _ header: EdgeHeader, limit: Int
  ) throws(FormatError) -> Storage {
    let stored = stored(record, header)
    switch record.codec {
    case .raw: return view(header.sectionBase + record.offset, record.length)
    case .zlib: return try ZlibCodec.decompress(stored, to: record.rawLength, limit: limit)
    case .rans:
      throw FormatError(.unsupported, "entropy-coded sections cannot be read by this version")
    }
  }

  /// Returns a part of the file that keeps the file open.
  func view(_ start: Int, _ count: Int) -> Storage {
    Storage(
      bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]), owner: owner,
      region: descriptor.map { FileRegion(descriptor: $0, offset: start) })
  }
}
