import Glibc

/// An immutable tensor: a view on shared storage.
///
/// Dense elements lie in row-major order, little-endian, packed below 8 bits. A string tensor is
/// laid out as `count + 1` offsets of 64 bits followed by the bytes that they delimit.
public struct Tensor: Sendable {
  public let elementType: ElementType

  /// The extent of each axis; empty for a scalar.
  public let shape: [Int]

  /// How the bytes stand for the elements.
  public let encoding: Encoding

  /// The storage that the tensor keeps alive.
  public let storage: Storage

  /// The bytes of the storage that are the tensor's.
  public let range: Range<Int>

  /// Creates a view on the bytes `range` of `storage`, or nil when they do not fit.
  ///
  /// Dense tensors need exactly the bytes of their elements; for strings the offsets must ascend
  /// and end with the range.
  public init?(
    _ elementType: ElementType, shape: [Int], encoding: Encoding = .dense, storage: Storage,
    range: Range<Int>? = nil
  ) {
    let range = range ?? 0..<storage.byteCount
    guard range.lowerBound >= 0, range.upperBound <= storage.byteCount,
      let count = Tensor.elementCount(of: shape)
    else { return nil }
    self.elementType = elementType
    self.shape = shape
    self.encoding = encoding
    self.storage = storage
    self.range = range
    guard holds(count) else { return nil }
  }

  /// Creates a dense tensor of elements below, at or above 8 bits from their bytes.
  ///
  /// - Precondition: `fill` is given exactly the bytes that `shape` needs, and sets them all.
  @inlinable @inline(__always)
  public init<Failure: Error>(
    _ elementType: ElementType, shape: [Int],
    filledBy fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let size = Tensor.byteCount(of: elementType, shape: shape)
    self.init(
      elementType, shape: shape,
      filled: try Storage(byteCount: size, initializingWith: fill))
  }

  /// Creates a dense tensor of all bytes of `storage`, which are as many as it needs.
  @usableFromInline
  init(_ elementType: ElementType, shape: [Int], filled storage: Storage) {
    self.elementType = elementType
    self.shape = shape
    self.storage = storage
    encoding = .dense
    range = 0..<storage.byteCount
  }

  /// Returns the bytes that a dense tensor needs.
  @usableFromInline
  static func byteCount(of elementType: ElementType, shape: [Int]) -> Int {
    guard let count = Tensor.elementCount(of: shape),
      let byteCount = elementType.byteCount(forElements: count)
    else { preconditionFailure("a tensor of \(elementType)\(shape) has no size") }
    return byteCount
  }

  /// The bytes of the tensor; they may lie on any boundary.
  public var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: storage.bytes[range])
  }

  /// The number of elements, zeros of a sparse encoding included.
  public var count: Int { shape.reduce(1, *) }

  /// The number of axes.
  public var rank: Int { shape.count }

  /// Returns the product of `shape`, or nil when an extent is negative or that of the others
  /// overflows: strides are then safe to compute, even of an empty tensor.
  public static func elementCount(of shape: [Int]) -> Int? {
    var count = 1
    var isEmpty = false
    for extent in shape {
      guard extent >= 0 else { return nil }
      guard extent > 0 else {
        isEmpty = true
        continue
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { return nil }
      count = product
    }
    return isEmpty ? 0 : count
  }

  /// Returns the same elements under another shape, or nil when the counts differ.
  public func reshaped(to shape: [Int]) -> Tensor? {
    guard Tensor.elementCount(of: shape) == count, encoding == .dense else { return nil }
    return Tensor(elementType, shape: shape, storage: storage, range: range)
  }

  private func holds(_ count: Int) -> Bool {
    switch encoding {
    case .dense where elementType == .string:
      return stringOffsetsAscend(count)
    case .dense:
      return elementType.byteCount(forElements: count) == range.count
    case .coordinates(let indices):
      guard indices.elementType == .int64, let stored = indices.shape.first else { return false }
      guard elementType != .string else { return stringOffsetsAscend(stored) }
      return elementType.byteCount(forElements: stored) == range.count
    }
  }
}

extension Tensor: Hashable {
  /// Whether type, shape, encoding and every bit agree.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    guard left.elementType == right.elementType, left.shape == right.shape,
      left.encoding == right.encoding, left.range.count == right.range.count
    else { return false }
    if left.storage === right.storage, left.range == right.range { return true }
    return left.bytes.isBitwiseEqual(to: right.bytes)
  }

  /// Hashes type, shape, size and the first bytes: enough to tell most tensors apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(elementType)
    hasher.combine(shape)
    hasher.combine(range.count)
    hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes.prefix(256)))
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func isBitwiseEqual(to other: UnsafeRawBufferPointer) -> Bool {
    guard count == other.count, let left = baseAddress, let right = other.baseAddress else {
      return count == other.count
    }
    return memcmp(left, right, count) == 0
  }
}
