import Glibc

/// A file's bytes in memory, without a copy: they stay valid as long as the object lives.
///
/// The descriptor stays open too, so that a writer can copy ranges inside the kernel. A file that
/// another process shortens while it is mapped ends this process with SIGBUS; callers that cannot
/// rule this out pass `copying: true`.
public final class MappedFile: @unchecked Sendable {
  /// The path as the caller gave it.
  public let path: String

  /// The open file, or nil when it was closed once its bytes were there.
  public let descriptor: Int32?

  /// The bytes of the whole file.
  public let bytes: UnsafeRawBufferPointer

  private let isMapped: Bool

  /// Maps the regular file at `path`, or reads it into memory.
  ///
  /// A process may hold few files open: callers with many of them do without the descriptor.
  ///
  /// - Throws: ``FormatError`` with code `inputOutput` when it cannot be opened, is no regular file
  ///   or cannot be mapped.
  public init(
    path: String, copying: Bool = false, keepingOpen: Bool = true
  ) throws(FormatError) {
    self.path = path
    // Without O_NONBLOCK, opening a FIFO waits for a writer.
    let file = try systemCall("open \(path)") { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    do {
      let count = try MappedFile.size(of: file, path: path)
      isMapped = !copying && count > 0
      bytes = try isMapped ? MappedFile.map(file, count, path) : MappedFile.read(file, count, path)
    } catch {
      close(file)
      throw error
    }
    if copying || !keepingOpen {
      close(file)
      descriptor = nil
    } else {
      descriptor = file
    }
  }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    } else {
      bytes.deallocate()
    }
    if let descriptor { close(descriptor) }
  }

  private static func size(of file: Int32, path: String) throws(FormatError) -> Int {
    var status = stat()
    _ = try systemCall("examine \(path)") { fstat(file, &status) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FormatError(.inputOutput, "\(path) is not a regular file")
    }
    return Int(status.st_size)
  }

  private static func map(
    _ file: Int32, _ count: Int, _ path: String
  ) throws(FormatError) -> UnsafeRawBufferPointer {
    let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, file, 0)
    guard let address, address != MAP_FAILED else {
      throw FormatError(
        .inputOutput, "cannot map \(path): \(String(cString: strerror(errno)))")
    }
    return UnsafeRawBufferPointer(start: address, count: count)
  }

  private static func read(
    _ file: Int32, _ count: Int, _ path: String
  ) throws(FormatError) -> UnsafeRawBufferPointer {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 64)
    var filled = 0
    while filled < count {
      let step: Int
      do {
        step = try systemCall("read \(path)") {
          Glibc.read(file, buffer.baseAddress.map { $0 + filled }, count - filled)
        }
      } catch {
        buffer.deallocate()
        throw error
      }
      if step == 0 { break }
      filled += step
    }
    return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<filled])
  }
}
