import Crypto
import FormatSupport
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes the elements of tensors to a file and hashes them, on several threads.
///
/// Each piece of the section is gathered in a buffer that stays in the processor's cache, hashed
/// there and written from there: every byte comes from memory once, and none stays in memory.
struct TensorSection: Sendable {
  private let placements: [TensorTable.Placement]
  private let size: Int

  /// From here on a section starts on a page boundary and is written past the system's cache.
  static let largeSize = 64 << 20
  /// Bytes that are gathered at once: whole leaves, and not more than a core's cache.
  private static let pieceSize = 64 * MerkleTree.leafSize
  /// Below this, copying mapped pages is cheaper than a system call.
  private static let smallestRead = 16 << 10

  /// Lays out tensors whose offsets ascend in a section of `size` bytes.
  init(_ placements: [TensorTable.Placement], size: Int) {
    self.placements = placements
    self.size = size
  }

  /// Appends the section to a file; `onProgress` is told the file's size now and then.
  func write(
    to output: OutputFile, onProgress: (@Sendable (Int) -> Void)?
  ) throws(FormatError) -> MerkleTree {
    let start = try output.reserve(size)
    let file = Target(output: output)
    let leaves = LeafHashes(count: MerkleTree.leafCount(of: size))
    let pieceCount = (size + Self.pieceSize - 1) / Self.pieceSize
    let copy: TaskQueue.Body = { (piece, buffer) throws(FormatError) in
      let first = piece * Self.pieceSize
      let bytes = UnsafeMutableRawBufferPointer(
        rebasing: buffer[..<min(Self.pieceSize, size - first)])
      try gather(from: first, into: bytes)
      leaves.hash(.init(bytes), firstLeaf: first / MerkleTree.leafSize)
      try bytes.write(to: file, at: start + first)
      if piece % 64 == 63 { onProgress?(start + first + bytes.count) }
    }
    let isDirect = isLarge && start % OutputFile.directAlignment == 0 && output.bypassCache(true)
    // The last piece has any size, which the cache alone can take.
    let directCount = isDirect ? pieceCount - 1 : 0
    try TaskQueue.run(directCount, threads: 4, bufferSize: Self.pieceSize, copy)
    _ = output.bypassCache(false)
    try TaskQueue.run(pieceCount - directCount, threads: 2, bufferSize: Self.pieceSize) {
      (piece, buffer) throws(FormatError) in
      try copy(directCount + piece, buffer)
    }
    return leaves.tree
  }

  /// The file that threads write parts of.
  fileprivate struct Target: @unchecked Sendable {
    let output: OutputFile
  }

  /// Whether the section is worth a page boundary of its own.
  private var isLarge: Bool { size >= Self.largeSize }

  /// Fills a buffer with the bytes of the section from `first` on, zeros between tensors included.
  private func gather(
    from first: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FormatError) {
    let end = first + buffer.count
    var position = first
    var index = placements.lastIndex(startingAtOrBefore: first)
    while position < end {
      guard index < placements.count, placements[index].range.lowerBound < end else { break }
      let placement = placements[index]
      index += 1
      guard placement.range.upperBound > position else { continue }
      let start = max(position, placement.range.lowerBound)
      buffer.clear((position - first)..<(start - first))
      let stop = min(placement.range.upperBound, end)
      let target = UnsafeMutableRawBufferPointer(
        rebasing: buffer[(start - first)..<(stop - first)])
      try copy(placement.contents, from: start - placement.range.lowerBound, into: target)
      position = stop
    }
    buffer.clear((position - first)..<buffer.count)
  }

  private func copy(
    _ contents: TensorTable.Placement.Contents, from first: Int,
    into target: UnsafeMutableRawBufferPointer
  ) throws(FormatError) {
    if case .tensor(let tensor) = contents, let region = tensor.storage.region,
      target.count >= Self.smallestRead
    {
      let start = tensor.range.lowerBound + first
      try target.read(from: region.descriptor, at: region.offset + start)
    } else {
      contents.copy(from: first, into: target)
    }
  }
}

/// The hashes of a section's leaves, which threads fill in.
final class LeafHashes: @unchecked Sendable {
  private let hashes: UnsafeMutableRawBufferPointer

  /// Makes room for the hashes of `count` leaves.
  init(count: Int) {
    hashes = .allocate(byteCount: count * MerkleTree.hashSize, alignment: 8)
  }

  deinit { hashes.deallocate() }

  /// Hashes consecutive leaves; no two threads may hash the same one.
  func hash(_ bytes: UnsafeRawBufferPointer, firstLeaf: Int) {
    var place = firstLeaf * MerkleTree.hashSize
    var start = 0
    while start < bytes.count {
      let end = min(start + MerkleTree.leafSize, bytes.count)
      let hash = MerkleTree.hash(leaf: .init(rebasing: bytes[start..<end]))
      hash.withUnsafeBytes { hashes[place..<(place + $0.count)].copyBytes(from: $0) }
      place += MerkleTree.hashSize
      start = end
    }
  }

  /// The tree, when every leaf is hashed.
  var tree: MerkleTree { MerkleTree(leaves: Array(hashes)) }

  /// Hashes a part of an open file.
  static func tree(
    ofFile descriptor: Int32, from start: Int, count: Int
  ) throws(FormatError) -> MerkleTree {
    let leaves = LeafHashes(count: MerkleTree.leafCount(of: count))
    let pieceSize = 8 * MerkleTree.leafSize
    try TaskQueue.run((count + pieceSize - 1) / pieceSize, threads: 2, bufferSize: pieceSize) {
      (piece, buffer) throws(FormatError) in
      let first = piece * pieceSize
      let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(pieceSize, count - first)])
      try bytes.read(from: descriptor, at: start + first)
      leaves.hash(.init(bytes), firstLeaf: first / MerkleTree.leafSize)
    }
    return leaves.tree
  }
}

extension [TensorTable.Placement] {
  /// Returns the last index whose offset is at most `offset`, or 0.
  fileprivate func lastIndex(startingAtOrBefore offset: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle].range.lowerBound <= offset { low = middle + 1 } else { high = middle }
    }
    return Swift.max(low - 1, 0)
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Sets bytes to zero.
  fileprivate func clear(_ range: Range<Int>) {
    UnsafeMutableRawBufferPointer(rebasing: self[range])
      .initializeMemory(as: UInt8.self, repeating: 0)
  }

  /// Fills the buffer with bytes of an open file.
  fileprivate func read(from descriptor: Int32, at offset: Int) throws(FormatError) {
    try transfer { pread(descriptor, $0, $1, off_t(offset + $2)) }
  }

  /// Writes the buffer into a file.
  fileprivate func write(
    to target: TensorSection.Target, at offset: Int
  ) throws(FormatError) {
    try transfer { address, count, done in
      let place = off_t(offset + done)
      let step = pwrite(target.output.descriptor, address, count, place)
      guard step < 0, errno == EINVAL else { return step }
      // Some file systems notice only now that they cannot bypass the cache.
      _ = target.output.bypassCache(false)
      return pwrite(target.output.descriptor, address, count, place)
    }
  }

  /// Repeats a call that moves some bytes until all are moved.
  private func transfer(
    _ call: (_ address: UnsafeMutableRawPointer, _ count: Int, _ done: Int) -> Int
  ) throws(FormatError) {
    var done = 0
    while done < count, let baseAddress {
      let step = call(baseAddress + done, count - done, done)
      if step < 0, errno == EINTR { continue }
      guard step != 0 else {
        throw FormatError(.truncated, "a source file became shorter while it was read")
      }
      guard step > 0 else {
        throw FormatError(
          .inputOutput, "cannot copy tensors: \(String(cString: strerror(errno)))")
      }
      done += step
    }
  }
}
