import FormatSupport
import Tensors

/// Writes the sections one after the other, hashes them on the way, and then the metadata.
struct SectionStream {
  private var metadata: EncodedMetadata
  private let output: OutputFile
  private let onProgress: (@Sendable (Int, Int) -> Void)?
  private var records: [SectionRecord] = []
  private var leaves: [UInt8] = []
  private let total: Int

  /// Bytes that are copied before the hasher and the device hear of them.
  private static let stepSize = 32 << 20
  /// Below this, gathering is cheaper than a system call for every tensor.
  private static let smallestCopy = 256 << 10

  init(
    path: String, metadata: EncodedMetadata, onProgress: (@Sendable (Int, Int) -> Void)?
  ) throws(FormatError) {
    self.metadata = metadata
    self.onProgress = onProgress
    output = try OutputFile(path: path)
    total = metadata.sections.reduce(metadata.bytes.count) { size, section in
      guard case .tensors(_, let tensors) = section.contents else { return size }
      return size + tensors
    }
  }

  /// Writes the file and gives it its name.
  mutating func write() throws(FormatError) -> EdgeHeader {
    // The place of the metadata is known, its hashes are not.
    try output.append(metadata.bytes)
    let alignment = metadata.sections.map(\.alignment).max() ?? 1
    try output.pad(toMultipleOf: alignment)
    metadata.header.sectionBase = output.count
    for section in metadata.sections { try write(section) }
    metadata.header.fileSize = output.count
    seal()
    try output.overwrite(metadata.bytes, at: 0)
    try output.commit()
    onProgress?(total, total)
    return metadata.header
  }

  private mutating func seal() {
    let header = metadata.header
    for (index, record) in records.enumerated() {
      let start = header.sectionTableOffset + index * SectionRecord.size
      metadata.bytes.replaceSubrange(start..<(start + SectionRecord.size), with: record.bytes)
    }
    metadata.header.metadataHash = [UInt8](repeating: 0, count: MerkleTree.hashSize)
    metadata.header.store(in: &metadata.bytes)
    metadata.header.metadataHash = metadata.bytes.withUnsafeBytes { MerkleTree(of: $0).root }
    metadata.header.store(in: &metadata.bytes)
  }

  private mutating func write(_ section: PendingSection) throws(FormatError) {
    try output.pad(toMultipleOf: section.alignment)
    let start = output.count
    let tree: MerkleTree
    switch section.contents {
    case .tensors(let placements, let size): tree = try write(placements, size: size)
    case .bytes(let bytes): tree = try write(bytes)
    case .leafHashes: tree = try write(leaves)
    }
    leaves += tree.leaves
    let length = output.count - start
    records.append(
      SectionRecord(
        kind: section.kind, codec: section.codec, alignment: section.alignment,
        isOptional: section.isOptional, offset: start - metadata.header.sectionBase,
        length: length, rawLength: section.rawLength ?? length, hash: tree.root))
  }

  private func write(_ bytes: [UInt8]) throws(FormatError) -> MerkleTree {
    try output.append(bytes)
    return bytes.withUnsafeBytes { MerkleTree(of: $0) }
  }
}

// MARK: - Tensors

extension SectionStream {
  private func write(
    _ placements: [TensorTable.Placement], size: Int
  ) throws(FormatError) -> MerkleTree {
    let start = output.count
    let hasher = FileHasher(descriptor: output.descriptor, start: start, count: size)
    var announced = start
    for placement in placements {
      try output.pad(to: start + placement.offset)
      var done = 0
      while done < placement.tensor.range.count {
        let count = min(placement.tensor.range.count - done, Self.stepSize)
        try append(placement.tensor, done, count)
        done += count
        guard output.count - announced >= Self.stepSize else { continue }
        try output.flush()
        hasher.advance(to: output.count - start)
        output.startWriteback(from: announced, count: output.count - announced)
        announced = output.count
        onProgress?(announced, total)
      }
    }
    try output.flush()
    output.startWriteback(from: announced, count: output.count - announced)
    return try hasher.finish()
  }

  private func append(_ tensor: Tensor, _ first: Int, _ count: Int) throws(FormatError) {
    let start = tensor.range.lowerBound + first
    if let region = tensor.storage.region, count >= Self.smallestCopy {
      try output.append(count, at: region.offset + start, of: region.descriptor)
    } else {
      let bytes = tensor.storage.bytes[start..<(start + count)]
      try output.append(UnsafeRawBufferPointer(rebasing: bytes))
      withExtendedLifetime(tensor.storage) {}
    }
  }
}

extension OutputFile {
  /// Appends zeros until the file has `count` bytes.
  fileprivate func pad(to count: Int) throws(FormatError) {
    if count > self.count { try append([UInt8](repeating: 0, count: count - self.count)) }
  }
}
