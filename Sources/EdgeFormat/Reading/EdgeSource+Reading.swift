import FlatBuffers
import FormatSupport
import Tensors

extension EdgeSource {
  /// Returns the root of the FlatBuffer at the start of the file, after all checks of its bytes.
  func verifiedModel(_ header: EdgeHeader) throws(FormatError) -> FlatTable {
    let metadata = UnsafeRawBufferPointer(rebasing: bytes[..<header.flatBufferSize])
    guard metadataHash(metadata) == header.metadataHash else {
      throw FormatError(
        .corrupted, "the metadata does not have the hash that the header gives",
        at: EdgeHeader.metadataHashOffset, path: ["header", "metadata_hash"],
        remedy: "copy the file again, or convert the model again")
    }
    let buffer = try FlatBuffer(bytes: metadata, owner: owner)
    let model = try buffer.verify(as: ModelTable.schema, sharing: 1)
    let table = try model.value(of: ModelTable.sectionTable)
    let (size, overflow) = header.sectionCount.multipliedReportingOverflow(
      by: header.sectionRecordSize)
    guard !overflow, table?.count ?? 0 == size, table?.fileOffset ?? 0 == header.sectionTableOffset
    else {
      throw FormatError(
        .malformed, "the header and the FlatBuffer disagree about the section table", at: 72,
        path: ["section_table"])
    }
    return model
  }

  /// Hashes the FlatBuffer as if the hash in it were zeros.
  private func metadataHash(_ metadata: UnsafeRawBufferPointer) -> [UInt8] {
    // The header is in the first leaf.
    var first = Array(metadata.prefix(MerkleTree.leafSize))
    let zeros = [UInt8](repeating: 0, count: MerkleTree.hashSize)
    first.replaceSubrange(EdgeHeader.metadataHashOffset..<EdgeHeader.size, with: zeros)
    let head = first.withUnsafeBytes { MerkleTree(of: $0) }
    let rest = UnsafeRawBufferPointer(rebasing: metadata.dropFirst(MerkleTree.leafSize))
    return MerkleTree(leaves: head.leaves + MerkleTree(of: rest).leaves).root
  }

  /// Compares sections with their hashes, on two threads where the file is open.
  func checkHashes(of table: SectionTable, _ header: EdgeHeader) throws(FormatError) {
    for (index, record) in table.records.enumerated() {
      let start = header.sectionBase + record.offset
      let tree: MerkleTree
      if let descriptor, record.length > 4 << 20 {
        tree = try LeafHashes.tree(ofFile: descriptor, from: start, count: record.length)
      } else {
        tree = MerkleTree(of: stored(record, header))
      }
      guard tree.root == record.hash else {
        throw FormatError(
          .corrupted, "the section of \(record.kind) does not have its hash", at: start,
          path: ["sections[\(index)]"], remedy: "copy the file again, or convert the model again")
      }
    }
  }

  /// Returns the verified root of a section that is a FlatBuffer of its own; nil without one.
  func root(
    _ kind: SectionKind, _ schema: TableSchema, _ table: SectionTable, _ header: EdgeHeader,
    _ limits: ResourceLimits
  ) throws(FormatError) -> FlatTable? {
    guard let index = table.index(of: kind) else { return nil }
    let record = table.records[index]
    return try locating("sections[\(index)]") { () throws(FormatError) in
      let storage = try decoded(record, header, limit: limits.memory)
      let offset = record.codec == .raw ? header.sectionBase + record.offset : 0
      let buffer = try FlatBuffer(bytes: storage.bytes, owner: storage, fileOffset: offset)
      guard buffer.identifier == EdgeHeader.identifier else {
        throw FormatError(.malformed, "the section is no FlatBuffer of the format", at: offset + 4)
      }
      return try buffer.verify(as: schema, sharing: 1)
    }
  }
}

extension SectionTable {
  /// Checks that a section of leaf hashes has one for each leaf, and that they give the roots.
  func checkLeafHashes(
    _ header: EdgeHeader, _ file: UnsafeRawBufferPointer
  ) throws(FormatError) {
    guard let index = index(of: .leafHashes) else { return }
    let record = records[index]
    let start = header.sectionBase + record.offset
    let size = records[..<index].reduce(0) { sum, record in
      sum + MerkleTree.leafCount(of: record.length) * MerkleTree.hashSize
    }
    guard record.codec == .raw, record.length == size else {
      throw FormatError(
        .invalid, "the leaf hashes take \(record.length) bytes instead of \(size)", at: start,
        path: ["sections[\(index)]"])
    }
    var position = start
    for (number, record) in records[..<index].enumerated() {
      let size = MerkleTree.leafCount(of: record.length) * MerkleTree.hashSize
      let leaves = Array(file[position..<(position + size)])
      guard MerkleTree(leaves: leaves).root == record.hash else {
        throw FormatError(
          .corrupted, "the leaf hashes of section \(number) do not give its hash", at: position,
          path: ["sections[\(index)]"])
      }
      position += size
    }
  }
}

extension EdgeHeader {
  /// Throws when the file needs what this version does not have.
  func checkRequiredFeatures() throws(FormatError) {
    let missing = requiredFeatures.subtracting(.supported)
    guard missing.isEmpty else {
      throw FormatError(
        .unsupported, "the file needs features that this version does not have: \(missing)",
        at: 40, path: ["header", "required_features"], remedy: "use a newer ferry")
    }
  }

  /// Throws unless the file declares exactly what it uses.
  func checkFeatures(used contents: FileContents, _ table: SectionTable) throws(FormatError) {
    var required = contents.tensors.features
    if table.records.contains(where: { $0.codec == .zlib }) { required.insert(.compression) }
    if contents.graphs.contains(where: { $0.blocks.count > 1 }) { required.insert(.subgraphs) }
    if !contents.functions.isEmpty { required.insert(.functions) }
    if contents.types.hasNonTensors { required.insert(.nonTensors) }
    guard required == requiredFeatures else {
      throw FormatError(
        .invalid, "the file declares the features [\(requiredFeatures)] and uses [\(required)]",
        at: 40, path: ["header", "required_features"])
    }
    var optional: OptionalFeatures = []
    for record in table.records { optional.formUnion(record.kind.feature ?? []) }
    if signatureOffset != 0 { optional.insert(.signatures) }
    if contents.memoryPlan != nil { optional.insert(.memoryPlan) }
    if contents.target != nil { optional.insert(.target) }
    if contents.provenance != nil { optional.insert(.provenance) }
    let declared = optionalFeatures.intersection(.known)
    guard optional == declared else {
      throw FormatError(
        .invalid, "the file declares the features [\(declared)] and uses [\(optional)]",
        at: 48, path: ["header", "optional_features"])
    }
  }
}

extension FileContents {
  /// Throws when the model would take more memory than a reader may spend.
  func checkMemory(_ limits: ResourceLimits) throws(FormatError) {
    // What the tables of a graph take per entry, rounded up.
    var estimate = tensors.count * 128 + types.count * 96
    for graph in graphs {
      estimate += graph.nodeOperators.count * 256 + graph.inputs.count * 24
      estimate += graph.valueCount * 128 + graph.blocks.count * 160
    }
    guard estimate <= limits.memory else {
      throw FormatError(
        .limitExceeded, "the graph takes about \(estimate) bytes, \(limits.memory) are allowed",
        path: ["graph"])
    }
  }
}
