import Crypto
import EdgeFormat
import Testing

@Suite struct MerkleTreeTests {
  /// The definition of §5, written as it is read.
  private func root(of bytes: [UInt8]) -> [UInt8] {
    var level = stride(from: 0, to: bytes.count, by: 65536).map { start in
      Array(SHA256.hash(data: [0] + bytes[start..<min(start + 65536, bytes.count)]))
    }
    while level.count > 1 {
      level = stride(from: 0, to: level.count, by: 2).map { index in
        index + 1 < level.count
          ? Array(SHA256.hash(data: [1] + level[index] + level[index + 1])) : level[index]
      }
    }
    return level[0]
  }

  @Test(arguments: [1, 65535, 65536, 65537, 3 * 65536, 5 * 65536 + 1, 7 * 65536])
  func followsTheDefinition(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    #expect(bytes.withUnsafeBytes { MerkleTree(of: $0).root } == root(of: bytes))
  }
}
