/// The elements of a dense tensor that have a bit set, and a mask of where they are.
///
/// Bit i of the mask, the lowest of a byte first, says whether element i is anything but +0: -0 and
/// NaN are kept as they are.
public struct SparseElements: Sendable {
  /// One bit for each element of the tensor, as uint8.
  public let mask: Tensor

  /// The elements whose bit is set, in row-major order.
  public let values: Tensor

  /// The number of elements with and without a bit.
  public let count: Int

  /// Combines a mask with its elements, or returns nil when they are not those of `count` elements.
  public init?(mask: Tensor, values: Tensor, count: Int) {
    guard mask.elementType == .uint8, mask.encoding == .dense, values.encoding == .dense,
      values.elementType.hasSparseForm, count >= 0, mask.count == Self.maskSize(of: count),
      Self.bitCount(of: mask.bytes, count) == values.count,
      values.elementType.byteCount(forElements: count) != nil
    else { return nil }
    self.mask = mask
    self.values = values
    self.count = count
  }

  /// Returns the bytes of a mask of `count` elements.
  public static func maskSize(of count: Int) -> Int { count / 8 + (count % 8 + 7) / 8 }

  /// Returns the number of bits that are set, or nil when one behind the first `count` is.
  public static func bitCount(of mask: UnsafeRawBufferPointer, _ count: Int) -> Int? {
    if count % 8 > 0, let last = mask.last, last >> (count % 8) != 0 { return nil }
    let whole = mask.count / 8
    var bits = 0
    for index in 0..<whole {
      bits += mask.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self).nonzeroBitCount
    }
    for byte in mask[(8 * whole)...] { bits += byte.nonzeroBitCount }
    return bits
  }

  /// The bytes of all elements, zeros included.
  var byteCount: Int { values.elementType.byteCount(forElements: count) ?? 0 }

  /// Puts all elements into a buffer of their size.
  func expand(into target: UnsafeMutableRawBufferPointer) {
    target.initializeMemory(as: UInt8.self, repeating: 0)
    switch values.elementType.bitWidth {
    case 8: expand(UInt8.self, into: target)
    case 16: expand(UInt16.self, into: target)
    case 32: expand(UInt32.self, into: target)
    default: expand(UInt64.self, into: target)
    }
  }

  private func expand<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ type: Bits.Type, into target: UnsafeMutableRawBufferPointer
  ) {
    let (mask, source) = (mask.bytes, values.bytes)
    let size = Bits.bitWidth / 8
    var next = 0
    for byte in mask.indices where mask[byte] != 0 {
      var bits = mask[byte]
      while bits != 0 {
        let place = (8 * byte + bits.trailingZeroBitCount) * size
        // Mapped files can change after their check.
        guard next < source.count, place < target.count else { return }
        let element = source.loadUnaligned(fromByteOffset: next, as: type)
        target.storeBytes(of: element, toByteOffset: place, as: type)
        next += size
        bits &= bits - 1
      }
    }
  }
}

extension Tensor {
  /// The sparse form of a tensor whose storage stands for that; nil for other tensors.
  public var sparseElements: SparseElements? {
    guard let elements = storage.sparse, range.count == storage.byteCount, encoding == .dense,
      elements.count == count,
      let values = Tensor(
        elementType, shape: [elements.values.count], storage: elements.values.storage,
        range: elements.values.range)
    else { return nil }
    return SparseElements(mask: elements.mask, values: values, count: count)
  }
}

extension ElementType {
  /// Whether elements can be stored sparse: those that are 1, 2, 4 or 8 bytes.
  public var hasSparseForm: Bool { [8, 16, 32, 64].contains(bitWidth) }
}
