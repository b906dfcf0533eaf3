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

  /// Lends bytes of `owner`, which is kept alive.
  public init(bytes: UnsafeRawBufferPointer, owner: AnyObject, region: FileRegion? = nil) {
    self.bytes = bytes
    self.owner = owner
    self.region = region
  }

  /// Allocates `count` bytes on a 64-byte boundary and has `initialize` fill them all.
  public init<Failure: Error>(
    byteCount count: Int,
    initializingWith initialize: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
    do {
      try initialize(buffer)
    } catch {
      buffer.deallocate()
      throw error
    }
    bytes = UnsafeRawBufferPointer(buffer)
    owner = nil
    region = nil
  }

  /// Allocates a copy of `source`.
  public convenience init(copying source: UnsafeRawBufferPointer) {
    self.init(byteCount: source.count) { $0.copyMemory(from: source) }
  }

  deinit {
    if owner == nil { bytes.deallocate() }
  }
}
