import Crypto

/// The tree of SHA-256 values over leaves of 64 KiB (§5 of Docs/EdgeFormat.md).
package struct MerkleTree: Sendable {
  static let leafSize = 1 << 16
  static let hashSize = 32

  /// The hashes of the leaves, one after the other.
  package private(set) var leaves: [UInt8]

  /// Makes a tree of leaves that were hashed before.
  init(leaves: [UInt8]) { self.leaves = leaves }

  /// Hashes bytes in memory.
  package init(of bytes: UnsafeRawBufferPointer) {
    leaves = []
    leaves.reserveCapacity(Self.leafCount(of: bytes.count) * Self.hashSize)
    var start = 0
    while start < bytes.count {
      let end = min(start + Self.leafSize, bytes.count)
      leaves.append(contentsOf: Self.hash(leaf: .init(rebasing: bytes[start..<end])))
      start = end
    }
  }

  /// Returns how many leaves `count` bytes have.
  static func leafCount(of count: Int) -> Int { count / leafSize + (count % leafSize == 0 ? 0 : 1) }

  /// Returns the hash of one leaf.
  static func hash(leaf: UnsafeRawBufferPointer) -> SHA256.Digest {
    var hasher = SHA256()
    withUnsafeBytes(of: UInt8(0)) { hasher.update(bufferPointer: $0) }
    hasher.update(bufferPointer: leaf)
    return hasher.finalize()
  }

  /// The hash of everything; zeros when there are no leaves.
  package var root: [UInt8] {
    guard !leaves.isEmpty else { return [UInt8](repeating: 0, count: Self.hashSize) }
    var level = leaves
    while level.count > Self.hashSize { level = Self.parents(of: level) }
    return level
  }

  private static func parents(of level: [UInt8]) -> [UInt8] {
    var parents: [UInt8] = []
    parents.reserveCapacity(level.count / 2 + hashSize)
    for start in stride(from: 0, to: level.count, by: 2 * hashSize) {
      guard start + 2 * hashSize <= level.count else {
        parents.append(contentsOf: level[start...])
        break
      }
      var hasher = SHA256()
      withUnsafeBytes(of: UInt8(1)) { hasher.update(bufferPointer: $0) }
      level.withUnsafeBytes { bytes in
        hasher.update(bufferPointer: .init(rebasing: bytes[start..<(start + 2 * hashSize)]))
      }
      parents.append(contentsOf: hasher.finalize())
    }
    return parents
  }
}
