/// A place in an open file, so that a writer can copy from it without touching memory.
public struct FileRegion: Hashable, Sendable {
  /// The descriptor, open as long as the storage that names it.
  public var descriptor: Int32

  /// The byte of the file at which the region starts.
  public var offset: Int

  public init(descriptor: Int32, offset: Int) {
    self.descriptor = descriptor
    self.offset = offset
  }
}

/// Immutable bytes shared by tensors: allocated here, or lent by an owner such as a mapped file.
public final class Storage: @unchecked Sendable {
  /// The bytes, valid as long as the storage lives.
  public let bytes: UnsafeRawBufferPointer

  /// Where the same bytes lie in a file, when they are mapped from one.
  public let region: FileRegion?

  private let owner: AnyObject?

  /// The memory to give back, which may be more than `bytes`; nil for what is lent.
  private let memory: UnsafeMutableRawBufferPointer?

  /// Lends bytes of `owner`, which is kept alive.
  public init(bytes: UnsafeRawBufferPointer, owner: AnyObject, region: FileRegion? = nil) {
    self.bytes = bytes
    self.owner = owner
    self.region = region
    memory = nil
  }

  /// Takes over memory of the cache, of which the first `count` bytes are set.
  @usableFromInline
  init(adopting memory: UnsafeMutableRawBufferPointer, count: Int) {
    bytes = UnsafeRawBufferPointer(rebasing: memory[..<count])
    self.memory = memory
    owner = nil
    region = nil
  }

  /// Allocates `count` bytes on a 64-byte boundary and has `initialize` fill them all.
  @inlinable @inline(__always)
  public convenience init<Failure: Error>(
    byteCount count: Int,
    initializingWith initialize: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let memory = MemoryCache.shared.take(count)
    do {
      try initialize(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    } catch {
      MemoryCache.shared.give(memory)
      throw error
    }
    self.init(adopting: memory, count: count)
  }

  /// Allocates a copy of `source`.
  public convenience init(copying source: UnsafeRawBufferPointer) {
    self.init(byteCount: source.count) { $0.copyMemory(from: source) }
  }

  deinit {
    if let memory { MemoryCache.shared.give(memory) }
  }
}
