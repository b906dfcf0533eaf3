import Crypto
import FormatSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Hashes a part of a file on a second thread, beside the one that writes it.
///
/// The writer tells how far it has come; when it is done it helps with the rest. Bytes are read
/// into a buffer that is used again, which is several times faster than faulting mapped pages in.
final class FileHasher: @unchecked Sendable {
  private let descriptor: Int32
  private let start: Int
  private let count: Int
  private let leaves: UnsafeMutableRawBufferPointer

  // The fields below belong to whoever holds the lock.
  private let lock = Lock()
  private var available = 0
  private var nextGroup = 0
  private var failure: FormatError?
  private var thread: pthread_t?

  /// Leaves that are read and hashed at once.
  private static let groupSize = 16 * MerkleTree.leafSize

  /// Prepares to hash `count` bytes from `start` of an open file.
  init(descriptor: Int32, start: Int, count: Int) {
    self.descriptor = descriptor
    self.start = start
    self.count = count
    leaves = .allocate(
      byteCount: MerkleTree.leafCount(of: count) * MerkleTree.hashSize, alignment: 8)
    if count > Self.groupSize { startThread() }
  }

  deinit {
    stop()
    leaves.deallocate()
  }

  /// Says that the first `count` bytes of the part can be read.
  func advance(to count: Int) {
    lock.whileHeld { available = count }
    lock.wakeAll()
  }

  /// Hashes what is left and returns the tree.
  func finish() throws(FormatError) -> MerkleTree {
    advance(to: count)
    work()
    stop()
    if let failure { throw failure }
    return MerkleTree(leaves: Array(leaves))
  }

  private func stop() {
    guard let thread else { return }
    // Nothing is left to take when an output is dropped half-way.
    lock.whileHeld {
      nextGroup = groupCount
      available = count
    }
    lock.wakeAll()
    pthread_join(thread, nil)
    self.thread = nil
  }

  // MARK: - Threads

  private var groupCount: Int { (count + Self.groupSize - 1) / Self.groupSize }

  private func startThread() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    var handle = pthread_t()
    let result = pthread_create(
      &handle, nil,
      { context in
        if let context { Unmanaged<FileHasher>.fromOpaque(context).takeUnretainedValue().work() }
        return nil
      }, context)
    // Without a second thread the writer does the work when it is done.
    if result == 0 { thread = handle }
  }

  /// Takes groups until there are none.
  private func work() {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(Self.groupSize, max(count, 1)), alignment: 64)
    defer { buffer.deallocate() }
    while let group = takeGroup() {
      do {
        try hash(group, in: buffer)
      } catch {
        lock.whileHeld { failure = failure ?? error }
      }
    }
  }

  /// Waits for the bytes of the next group; returns nil when all are taken.
  private func takeGroup() -> Int? {
    lock.whileHeld {
      while true {
        guard nextGroup < groupCount else { return nil }
        if available >= min((nextGroup + 1) * Self.groupSize, count) { break }
        lock.wait()
      }
      defer { nextGroup += 1 }
      return nextGroup
    }
  }

  private func hash(
    _ group: Int, in buffer: UnsafeMutableRawBufferPointer
  ) throws(FormatError) {
    let first = group * Self.groupSize
    let size = min(Self.groupSize, count - first)
    try read(size, at: start + first, into: buffer)
    var offset = 0
    while offset < size {
      let end = min(offset + MerkleTree.leafSize, size)
      let leaf = MerkleTree.hash(leaf: .init(rebasing: buffer[offset..<end]))
      let place = (first + offset) / MerkleTree.leafSize * MerkleTree.hashSize
      leaf.withUnsafeBytes { leaves[place..<(place + $0.count)].copyBytes(from: $0) }
      offset = end
    }
  }

  private func read(
    _ size: Int, at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FormatError) {
    var done = 0
    while done < size {
      let step = pread(
        descriptor, buffer.baseAddress.map { $0 + done }, size - done, off_t(offset + done))
      if step < 0, errno == EINTR { continue }
      guard step > 0 else {
        throw FormatError(
          .inputOutput, "cannot read a file back to hash it", at: offset + done)
      }
      done += step
    }
  }
}

/// A lock that threads can wait on.
private final class Lock: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func whileHeld<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Lets go of the lock until another thread wakes this one.
  func wait() { pthread_cond_wait(condition, mutex) }

  func wakeAll() { pthread_cond_broadcast(condition) }
}
