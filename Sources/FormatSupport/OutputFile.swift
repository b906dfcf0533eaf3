import CPlatform
import Glibc

/// A file that appears whole or not at all.
///
/// The bytes go to a temporary file in the target's folder; ``commit()`` makes them durable and
/// gives them their name. An output that is dropped before leaves nothing behind.
public final class OutputFile {
  /// The path that the file gets when it is complete.
  public let path: String

  /// The number of bytes written so far by appending.
  public private(set) var count = 0

  /// The open temporary file, for writers that place bytes themselves.
  public let descriptor: Int32

  private let temporaryPath: String
  private var staged: [UInt8] = []
  private var isCommitted = false
  private static let stageSize = 1 << 18
  /// What is copied before the device starts on it.
  private static let writebackSize = 1 << 24

  /// Opens a temporary file beside `path`.
  ///
  /// - Throws: ``FormatError`` with code `inputOutput` when the folder cannot be written to.
  public init(path: String) throws(FormatError) {
    self.path = path
    var template = Array("\(path).XXXXXX".utf8CString)
    descriptor = try systemCall("create \(path)") {
      template.withUnsafeMutableBufferPointer { name in name.baseAddress.map { mkstemp($0) } ?? -1 }
    }
    temporaryPath = template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? path
    }
    // mkstemp creates 0600; a model is an ordinary file, so the user's mask decides.
    let mask = umask(0)
    umask(mask)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    fchmod(descriptor, 0o666 & ~mask)
  }

  deinit {
    close(descriptor)
    if !isCommitted { unlink(temporaryPath) }
  }

  /// Appends bytes; small ones are gathered before they are written.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    if bytes.count >= Self.stageSize / 2 {
      try flush()
      try write(bytes)
    } else {
      staged.append(contentsOf: bytes)
      if staged.count >= Self.stageSize { try flush() }
    }
    count += bytes.count
  }

  /// Appends the bytes of an array.
  public func append(_ bytes: [UInt8]) throws(FormatError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(FormatError) in
      try append(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Appends zeros until ``count`` is a multiple of `alignment`.
  public func pad(toMultipleOf alignment: Int) throws(FormatError) {
    let rest = count % alignment
    if rest != 0 { try append([UInt8](repeating: 0, count: alignment - rest)) }
  }

  /// Appends a range of another file, inside the kernel where the file system can.
  public func append(
    _ length: Int, at offset: Int, of source: Int32
  ) throws(FormatError) {
    try flush()
    // Where the room is taken at once, the device is given longer runs; where it cannot be, writing
    // tells.
    if length >= Self.writebackSize {
      _ = ferry_allocate(descriptor, Int64(count), Int64(length))
    }
    var position = Int64(offset)
    var rest = length
    while rest > 0 {
      let part = min(rest, Self.writebackSize)
      let step = ferry_copy_file_range(source, &position, descriptor, nil, part)
      if step <= 0 { break }
      if step == Self.writebackSize {
        ferry_start_writeback(descriptor, Int64(count + length - rest), Int64(step))
      }
      rest -= step
    }
    if rest > 0 { try copyThroughMemory(rest, at: Int(position), of: source) }
    count += length
  }

  /// Appends room for `length` bytes that the caller places with ``descriptor``, all of them, and
  /// returns where it starts.
  public func reserve(_ length: Int) throws(FormatError) -> Int {
    try flush()
    let start = count
    if ferry_allocate(descriptor, Int64(start), Int64(length)) != 0, errno == ENOSPC {
      throw FormatError(
        .inputOutput, "cannot write \(path): \(length) more bytes do not fit on the device")
    }
    _ = try systemCall("write \(path)") {
      lseek(descriptor, off_t(start + length), SEEK_SET)
    }
    count += length
    return start
  }

  /// Writes bytes over what is already at `offset`.
  public func overwrite(_ bytes: [UInt8], at offset: Int) throws(FormatError) {
    try flush()
    var done = 0
    while done < bytes.count {
      done += try systemCall("write \(path)") {
        bytes.withUnsafeBytes { buffer in
          pwrite(
            descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done,
            off_t(offset + done))
        }
      }
    }
  }

  /// Writes what is gathered, so that ``descriptor`` holds every appended byte.
  public func flush() throws(FormatError) {
    guard !staged.isEmpty else { return }
    try staged.withUnsafeBufferPointer { (buffer) throws(FormatError) in
      try write(UnsafeRawBufferPointer(buffer))
    }
    staged.removeAll(keepingCapacity: true)
  }

  /// What places, sizes and memory must be a multiple of while the cache is bypassed.
  public static let directAlignment = 4096

  /// Turns writing past the system's cache on or off; returns whether it is on.
  ///
  /// Large files are durable sooner that way: the system neither copies their bytes nor writes
  /// them back later. It stays off where the file system has no such thing.
  public func bypassCache(_ isOn: Bool) -> Bool {
    ferry_bypass_cache(descriptor, isOn ? 1 : 0) == 0 && isOn
  }

  /// Makes the file durable and gives it its name.
  public func commit() throws(FormatError) {
    try flush()
    _ = try systemCall("write \(path)") { fsync(descriptor) }
    _ = try systemCall("rename a temporary file to \(path)") { rename(temporaryPath, path) }
    isCommitted = true
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    var rest = bytes
    while let address = rest.baseAddress, !rest.isEmpty {
      let step = try systemCall("write \(path)") {
        Glibc.write(descriptor, address, min(rest.count, 1 << 30))
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[step...])
    }
  }

  private func copyThroughMemory(
    _ length: Int, at offset: Int, of source: Int32
  ) throws(FormatError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { buffer.deallocate() }
    var done = 0
    while done < length {
      let step = try systemCall("read a source of \(path)") {
        pread(source, buffer.baseAddress, min(buffer.count, length - done), off_t(offset + done))
      }
      guard step > 0 else {
        throw FormatError(.truncated, "a source file became shorter while it was read")
      }
      try write(UnsafeRawBufferPointer(rebasing: buffer[..<step]))
      done += step
    }
  }
}
