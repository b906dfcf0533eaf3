import CZlib
import FormatSupport

/// Fills `target` with the bytes that a raw deflate stream stands for, neither more nor fewer.
///
/// `offset` is the place of the stream in its file, for errors.
func inflateAll(
  _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, at offset: Int
) throws(FormatError) {
  let inflation = try Inflation()
  var input = source.bindMemory(to: UInt8.self)[...]
  var output = target.bindMemory(to: UInt8.self)[...]
  var isFinished = false
  while !isFinished {
    let step = inflation.step(input, output)
    guard step.written <= output.count else {
      throw FormatError(
        .malformed, "the entry holds more than the announced \(target.count) bytes", at: offset)
    }
    input = input.dropFirst(step.read)
    output = output.dropFirst(step.written)
    isFinished = step.status == Z_STREAM_END
    guard isFinished || step.status == Z_OK && step.read + step.written > 0 else {
      throw FormatError(
        .malformed, "the compressed bytes are no deflate stream",
        at: offset + source.count - input.count)
    }
  }
  guard input.isEmpty, output.isEmpty else {
    throw FormatError(
      .malformed, "the compressed bytes end \(output.count) bytes early and \(input.count) follow",
      at: offset + source.count - input.count)
  }
}

/// The state of one decompression.
private final class Inflation {
  // zlib remembers the address of the stream.
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws(FormatError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let size = Int32(MemoryLayout<z_stream>.size)
    guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, size) == Z_OK else {
      throw FormatError(.limitExceeded, "zlib has no memory to decompress with")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Decompresses a part; writing a byte more than there is room for tells that there is more.
  func step(
    _ input: Slice<UnsafeBufferPointer<UInt8>>, _ output: Slice<UnsafeMutableBufferPointer<UInt8>>
  ) -> (status: Int32, read: Int, written: Int) {
    let given = min(input.count, 1 << 30)
    let room = min(output.count, 1 << 30)
    var excess: UInt8 = 0
    let status = withUnsafeMutablePointer(to: &excess) { spare in
      let source = UnsafeBufferPointer(rebasing: input).baseAddress
      let place = UnsafeMutableBufferPointer(rebasing: output).baseAddress
      stream.pointee.next_in = UnsafeMutablePointer(mutating: source)
      stream.pointee.avail_in = UInt32(given)
      stream.pointee.next_out = room == 0 ? spare : place
      stream.pointee.avail_out = room == 0 ? 1 : UInt32(room)
      return inflate(stream, Z_NO_FLUSH)
    }
    let written = max(room, 1) - Int(stream.pointee.avail_out)
    return (status, given - Int(stream.pointee.avail_in), written)
  }
}
