import CZlib
import FormatSupport
import Tensors

/// Sections that are compressed as RFC 1950 says.
enum ZlibCodec {
  /// No stream of deflate grows by more than this.
  private static let largestRatio = 1032

  /// Returns the compressed form of bytes; nil when it would not be shorter.
  static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    var size = compressBound(uLong(bytes.count))
    var target = [UInt8](repeating: 0, count: Int(size))
    guard compress2(&target, &size, bytes, uLong(bytes.count), Z_BEST_COMPRESSION) == Z_OK,
      Int(size) < bytes.count
    else { return nil }
    return Array(target.prefix(Int(size)))
  }

  /// Returns the decoded form of bytes, which must have exactly `count` of them.
  ///
  /// Memory is only touched as far as the stream fills it.
  static func decompress(
    _ bytes: UnsafeRawBufferPointer, to count: Int, limit: Int
  ) throws(FormatError) -> Storage {
    let (possible, overflow) = bytes.count.multipliedReportingOverflow(by: largestRatio)
    guard overflow || count <= possible + 64 else {
      throw FormatError(
        .malformed, "\(bytes.count) compressed bytes cannot hold \(count)")
    }
    guard count <= limit else {
      throw FormatError(.limitExceeded, "decoding takes \(count) bytes, \(limit) are allowed")
    }
    return try Storage(byteCount: count) { (target) throws(FormatError) in
      var size = uLong(count)
      let result = uncompress(
        target.baseAddress?.assumingMemoryBound(to: UInt8.self), &size,
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), uLong(bytes.count))
      guard result == Z_OK, Int(size) == count else {
        throw FormatError(
          .malformed, "the bytes do not decompress to \(count) bytes (zlib says \(result))")
      }
    }
  }
}
