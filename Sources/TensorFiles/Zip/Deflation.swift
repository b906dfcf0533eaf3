import CZlib
import FormatSupport

/// Compresses bytes into a file as a raw deflate stream.
final class Deflation {
  private let file: OutputFile
  // zlib remembers the address of the stream.
  private let stream: UnsafeMutablePointer<z_stream>
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  /// Starts a stream at the end of `file`.
  init(to file: OutputFile) throws(FormatError) {
    self.file = file
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let size = Int32(MemoryLayout<z_stream>.size)
    guard
      deflateInit2_(
        stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
    else { throw FormatError(.limitExceeded, "zlib has no memory to compress with") }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Compresses further bytes.
  func append(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    var rest = bytes.bindMemory(to: UInt8.self)[...]
    while !rest.isEmpty {
      let count = min(rest.count, 1 << 30)
      let part = UnsafeBufferPointer(rebasing: rest.prefix(count))
      stream.pointee.next_in = UnsafeMutablePointer(mutating: part.baseAddress)
      stream.pointee.avail_in = UInt32(count)
      while stream.pointee.avail_in > 0 { _ = try step(Z_NO_FLUSH) }
      rest = rest.dropFirst(count)
    }
  }

  /// Ends the stream.
  func finish() throws(FormatError) {
    while try step(Z_FINISH) != Z_STREAM_END {}
  }

  private func step(_ flush: Int32) throws(FormatError) -> Int32 {
    let capacity = buffer.count
    let status = buffer.withUnsafeMutableBufferPointer { target in
      stream.pointee.next_out = target.baseAddress
      stream.pointee.avail_out = UInt32(capacity)
      return deflate(stream, flush)
    }
    let written = capacity - Int(stream.pointee.avail_out)
    try buffer.withUnsafeBufferPointer { (target) throws(FormatError) in
      try file.append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(target)[..<written]))
    }
    return status
  }
}
