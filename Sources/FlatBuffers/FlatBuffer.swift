public import FormatSupport

/// The bytes of one FlatBuffer, and what keeps them alive.
///
/// Every access is checked: whatever the bytes say, an accessor returns a value inside them or
/// throws. Positions count from the start of the buffer, positions in errors from that of the file.
public struct FlatBuffer: @unchecked Sendable {
  /// The bytes of the buffer and nothing else.
  public let bytes: UnsafeRawBufferPointer

  /// Where in the file the buffer starts.
  public let fileOffset: Int

  let owner: AnyObject

  /// The largest buffer: its offsets are 32-bit, and signed for the layouts of tables.
  public static let maximumSize = Int(Int32.max)

  /// Lends bytes of `owner`, which is kept alive.
  ///
  /// - Throws: ``FormatError`` when the bytes are too few or too many for a FlatBuffer.
  public init(
    bytes: UnsafeRawBufferPointer, owner: AnyObject, fileOffset: Int = 0
  ) throws(FormatError) {
    guard bytes.count >= 8 else {
      throw FormatError(
        .truncated, "\(bytes.count) bytes are too few for a FlatBuffer", at: fileOffset)
    }
    guard bytes.count <= Self.maximumSize else {
      throw FormatError(
        .limitExceeded, "a FlatBuffer of \(bytes.count) bytes is larger than 2 GiB",
        at: fileOffset)
    }
    self.bytes = bytes
    self.owner = owner
    self.fileOffset = fileOffset
  }

  /// The four bytes that tell what kind of file it is.
  public var identifier: String { String(decoding: bytes[4..<8], as: UTF8.self) }

  /// The table from which all others are reached.
  public func root() throws(FormatError) -> FlatTable {
    try FlatTable(buffer: self, position: target(ofOffsetAt: 0))
  }
}

// MARK: - Checked access

extension FlatBuffer {
  /// Returns the error for a defect at a position of the buffer.
  func malformed(_ message: String, at position: Int) -> FormatError {
    FormatError(.malformed, message, at: fileOffset + position)
  }

  /// Returns the number at a position, which must be a multiple of the number's size.
  func load<Scalar: FlatScalar>(
    _ type: Scalar.Type, at position: Int
  ) throws(FormatError) -> Scalar {
    try check(position, holds: MemoryLayout<Scalar>.size, alignment: MemoryLayout<Scalar>.size)
    return bytes.loadUnaligned(fromByteOffset: position, as: Scalar.self)
  }

  /// Throws unless `count` bytes at an aligned position are inside the buffer.
  func check(_ position: Int, holds count: Int, alignment: Int) throws(FormatError) {
    guard position >= 0, count <= bytes.count, position <= bytes.count - count else {
      throw malformed(
        "\(count) bytes do not fit in a FlatBuffer of \(bytes.count) bytes", at: position)
    }
    guard position % alignment == 0 else {
      throw malformed("the position is not a multiple of \(alignment)", at: position)
    }
  }

  /// Returns the position to which the unsigned offset at `position` leads.
  func target(ofOffsetAt position: Int) throws(FormatError) -> Int {
    let offset = Int(try load(UInt32.self, at: position))
    guard offset >= 4, offset <= bytes.count - 4 - position else {
      throw malformed("offset \(offset) leaves the FlatBuffer", at: position)
    }
    return position + offset
  }

  /// Returns where the elements of the vector at `position` are, and how many there are.
  func elements(
    ofVectorAt position: Int, width: Int
  ) throws(FormatError) -> (start: Int, count: Int) {
    let count = Int(try load(UInt32.self, at: position))
    let (size, overflow) = count.multipliedReportingOverflow(by: width)
    guard !overflow else { throw malformed("\(count) elements are too many", at: position) }
    try check(position + 4, holds: size, alignment: width)
    return (position + 4, count)
  }

  /// Returns the bytes of the string at `position`, without its final zero.
  func stringBytes(at position: Int) throws(FormatError) -> UnsafeRawBufferPointer {
    let (start, count) = try elements(ofVectorAt: position, width: 1)
    guard start + count < bytes.count, bytes[start + count] == 0 else {
      throw malformed("a string of \(count) bytes does not end with zero", at: position)
    }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)])
  }

  /// Returns the text of the string at `position`.
  func text(at position: Int) throws(FormatError) -> String {
    let bytes = try stringBytes(at: position)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw malformed("a string is not UTF-8", at: position)
    }
    return text
  }
}
