import Threads

/// Memory of tensors that are gone, kept for new ones while something computes many.
///
/// Large memory that the system gives has to be cleared page by page: for tensors that live from
/// one operator to the next, that would cost more than many operators do.
public final class MemoryCache: @unchecked Sendable {
  public static let shared = MemoryCache()

  private let lock = Lock()
  private var userCount = 0
  /// What is kept, the oldest first.
  private var blocks: [UnsafeMutableRawBufferPointer] = []
  private var size = 0

  /// Smaller blocks come from the allocator.
  private static let smallest = 1 << 16
  /// What is kept at most, in bytes.
  private static let limit = 256 << 20

  /// Keeps memory while `body` runs.
  public func whileKeeping<Result>(_ body: () -> Result) -> Result {
    lock.whileHeld { userCount += 1 }
    defer {
      lock.whileHeld {
        userCount -= 1
        if userCount == 0 { shrink(to: 0) }
      }
    }
    return body()
  }

  /// Returns memory of at least `count` bytes on a 64-byte boundary.
  @usableFromInline
  func take(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if count >= Self.smallest, let block = lock.whileHeld({ takeBlock(count) }) { return block }
    return .allocate(byteCount: count, alignment: 64)
  }

  /// Takes memory back.
  @usableFromInline
  func give(_ memory: UnsafeMutableRawBufferPointer) {
    guard memory.count >= Self.smallest else { return memory.deallocate() }
    lock.whileHeld {
      blocks.append(memory)
      size += memory.count
      shrink(to: userCount > 0 ? Self.limit : 0)
    }
  }

  /// Returns the smallest block that is large enough, unless half of it would be unused.
  private func takeBlock(_ count: Int) -> UnsafeMutableRawBufferPointer? {
    let fitting = blocks.indices.filter {
      count <= blocks[$0].count && blocks[$0].count / 2 < count
    }
    guard let best = fitting.min(by: { blocks[$0].count < blocks[$1].count }) else { return nil }
    size -= blocks[best].count
    return blocks.remove(at: best)
  }

  private func shrink(to limit: Int) {
    while size > limit, let oldest = blocks.first {
      size -= oldest.count
      oldest.deallocate()
      blocks.removeFirst()
    }
  }
}
