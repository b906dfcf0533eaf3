extension Tensor {
  /// Creates a dense tensor of strings in row-major order.
  ///
  /// - Precondition: `shape` holds exactly `strings.count` elements.
  public init(shape: [Int], strings: [ByteString]) {
    precondition(
      Tensor.elementCount(of: shape) == strings.count,
      "shape \(shape) does not hold \(strings.count) strings")
    let storage = Tensor.stringStorage(strings)
    guard let tensor = Tensor(.string, shape: shape, storage: storage) else {
      preconditionFailure("offsets of strings ascend by construction")
    }
    self = tensor
  }

  /// Lays strings out as a tensor's storage: their offsets, then their bytes.
  public static func stringStorage(_ strings: [ByteString]) -> Storage {
    let header = (strings.count + 1) * 8
    let total = strings.reduce(header) { $0 + $1.bytes.count }
    return Storage(byteCount: total) { buffer in
      var position = header
      for (index, string) in strings.enumerated() {
        buffer.storeBytes(
          of: UInt64(position - header).littleEndian, toByteOffset: index * 8, as: UInt64.self)
        UnsafeMutableRawBufferPointer(rebasing: buffer[position...]).copyBytes(from: string.bytes)
        position += string.bytes.count
      }
      buffer.storeBytes(
        of: UInt64(total - header).littleEndian, toByteOffset: strings.count * 8, as: UInt64.self)
    }
  }

  /// The strings in row-major order.
  ///
  /// - Precondition: the element type is `string`.
  public var strings: [ByteString] {
    precondition(elementType == .string, "a tensor of \(elementType) holds no strings")
    let bytes = self.bytes
    let stored = storedStringCount
    let header = (stored + 1) * 8
    return (0..<stored).map { index in
      let start = Int(stringOffset(index))
      let end = Int(stringOffset(index + 1))
      return ByteString(bytes: bytes[(header + start)..<(header + end)])
    }
  }

  private var storedStringCount: Int {
    guard case .coordinates(let indices) = encoding else { return count }
    return indices.shape.first ?? 0
  }

  private func stringOffset(_ index: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
  }

  /// Whether the layout of `count` strings is sound: called before any other use of the bytes.
  func stringOffsetsAscend(_ count: Int) -> Bool {
    let bytes = self.bytes
    guard count < bytes.count / 8 else { return false }
    let contents = UInt64(bytes.count - (count + 1) * 8)
    var previous: UInt64 = 0
    guard stringOffset(0) == 0, stringOffset(count) == contents else { return false }
    for index in 0...count {
      let offset = stringOffset(index)
      guard offset >= previous else { return false }
      previous = offset
    }
    return true
  }
}
