import FormatSupport

/// A vector of numbers, read where it lies in the buffer.
public struct FlatVector<Scalar: FlatScalar>: RandomAccessCollection, @unchecked Sendable {
  /// The numbers as the file holds them: little-endian, aligned to their size in the buffer.
  public let bytes: UnsafeRawBufferPointer

  /// Where in the file the first number lies.
  public let fileOffset: Int

  private let owner: AnyObject?

  /// A vector without elements.
  public init() {
    bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    fileOffset = 0
    owner = nil
  }

  init(buffer: FlatBuffer, position: Int) throws(FormatError) {
    let width = MemoryLayout<Scalar>.size
    let (start, count) = try buffer.elements(ofVectorAt: position, width: width)
    bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<(start + count * width)])
    fileOffset = buffer.fileOffset + start
    owner = buffer.owner
  }

  @inlinable
  public var startIndex: Int { 0 }

  @inlinable
  public var endIndex: Int { bytes.count / MemoryLayout<Scalar>.size }

  /// The number at an index.
  ///
  /// - Precondition: the index is below ``count``; compare one that comes from a file first.
  @inlinable
  public subscript(index: Int) -> Scalar {
    precondition(index >= 0 && index < endIndex, "index \(index) is outside a vector of \(count)")
    return bytes.loadUnaligned(
      fromByteOffset: index * MemoryLayout<Scalar>.size, as: Scalar.self)
  }
}
