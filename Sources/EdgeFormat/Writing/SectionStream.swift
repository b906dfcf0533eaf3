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
    case .tensors(let placements, let size):
      var progress: (@Sendable (Int) -> Void)?
      if let onProgress { progress = { [total] in onProgress($0, total) } }
      tree = try TensorSection(placements, size: size).write(to: output, onProgress: progress)
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
