import FormatSupport

/// Checked access to the integers of a file.
struct LittleEndianBytes {
  /// The bytes of the whole file.
  var bytes: UnsafeRawBufferPointer

  /// Returns the integer at `offset`.
  ///
  /// - Throws: ``FormatError`` with code `truncated` when it does not lie in the file.
  func load<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, at offset: Int
  ) throws(FormatError) -> Value {
    let size = MemoryLayout<Value>.size
    guard offset >= 0, offset <= bytes.count - size else {
      throw FormatError(
        .truncated, "\(size) bytes are needed where the file of \(bytes.count) ends", at: offset)
    }
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
  }

  /// Returns the unsigned 64-bit size or offset at `offset` as an integer that can be added to one
  /// of a file without overflow.
  func loadSize(at offset: Int) throws(FormatError) -> Int {
    let value = try load(UInt64.self, at: offset)
    guard value < 1 << 62 else {
      throw FormatError(.malformed, "a size of \(value) bytes is impossible", at: offset)
    }
    return Int(value)
  }

  /// Returns `count` bytes from `offset` on.
  func slice(at offset: Int, count: Int) throws(FormatError) -> UnsafeRawBufferPointer {
    guard offset >= 0, count >= 0, count <= bytes.count, offset <= bytes.count - count else {
      throw FormatError(
        .truncated, "\(count) bytes are needed where the file of \(bytes.count) ends", at: offset)
    }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
  }
}

extension [UInt8] {
  /// Appends an integer, its lowest byte first.
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
