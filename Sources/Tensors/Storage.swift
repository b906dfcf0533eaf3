import Threads

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

/// Immutable bytes shared by tensors: allocated here, lent by an owner such as a mapped file, or
/// expanded from a sparse form when someone asks for them.
public final class Storage: @unchecked Sendable {
  /// The bytes, valid as long as the storage lives; the first use of sparse ones expands them.
  public var bytes: UnsafeRawBufferPointer { expanded?.bytes ?? present }

  /// The number of bytes, known without expanding them.
  public var byteCount: Int { expanded?.elements.byteCount ?? present.count }

  /// What the bytes are expanded from; nil for bytes that are there.
  public var sparse: SparseElements? { expanded?.elements }

  /// Where the bytes are, or those of the sparse form: the same for storages that lend the same.
  public var address: UnsafeRawPointer? {
    expanded?.elements.mask.bytes.baseAddress ?? present.baseAddress
  }

  /// Where the same bytes lie in a file, when they are mapped from one.
  public let region: FileRegion?

  /// The bytes, unless they are expanded.
  private let present: UnsafeRawBufferPointer

  private let expanded: ExpandedBytes?

  private let owner: AnyObject?

  /// The memory to give back, which may be more than `bytes`; nil for what is lent.
  private let memory: UnsafeMutableRawBufferPointer?

  /// Lends bytes of `owner`, which is kept alive.
  public init(bytes: UnsafeRawBufferPointer, owner: AnyObject, region: FileRegion? = nil) {
    present = bytes
    self.owner = owner
    self.region = region
    (memory, expanded) = (nil, nil)
  }

  /// Stands for all elements of a sparse form.
  public init(expanding elements: SparseElements) {
    expanded = ExpandedBytes(elements)
    present = UnsafeRawBufferPointer(start: nil, count: 0)
    (owner, region, memory) = (nil, nil, nil)
  }

  /// Takes over memory of the cache, of which the first `count` bytes are set.
  @usableFromInline
  init(adopting memory: UnsafeMutableRawBufferPointer, count: Int) {
    present = UnsafeRawBufferPointer(rebasing: memory[..<count])
    self.memory = memory
    (owner, region, expanded) = (nil, nil, nil)
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

/// Bytes that are made when they are first used.
private final class ExpandedBytes: @unchecked Sendable {
  let elements: SparseElements
  private let lock = Lock()
  private var memory: UnsafeMutableRawBufferPointer?

  init(_ elements: SparseElements) { self.elements = elements }

  deinit {
    if let memory { MemoryCache.shared.give(memory) }
  }

  var bytes: UnsafeRawBufferPointer {
    let memory = lock.whileHeld { self.memory ?? expand() }
    return UnsafeRawBufferPointer(rebasing: memory[..<elements.byteCount])
  }

  private func expand() -> UnsafeMutableRawBufferPointer {
    let target = MemoryCache.shared.take(elements.byteCount)
    elements.expand(into: UnsafeMutableRawBufferPointer(rebasing: target[..<elements.byteCount]))
    memory = target
    return target
  }
}
