/// A Swift type whose memory layout is that of one element of a tensor.
public protocol TensorScalar: BitwiseCopyable, Hashable, Sendable {
  static var elementType: ElementType { get }
}

extension Float: TensorScalar { public static var elementType: ElementType { .float32 } }
extension Double: TensorScalar { public static var elementType: ElementType { .float64 } }
extension Float16: TensorScalar { public static var elementType: ElementType { .float16 } }
extension Int8: TensorScalar { public static var elementType: ElementType { .int8 } }
extension Int16: TensorScalar { public static var elementType: ElementType { .int16 } }
extension Int32: TensorScalar { public static var elementType: ElementType { .int32 } }
extension Int64: TensorScalar { public static var elementType: ElementType { .int64 } }
extension UInt8: TensorScalar { public static var elementType: ElementType { .uint8 } }
extension UInt16: TensorScalar { public static var elementType: ElementType { .uint16 } }
extension UInt32: TensorScalar { public static var elementType: ElementType { .uint32 } }
extension UInt64: TensorScalar { public static var elementType: ElementType { .uint64 } }
extension Bool: TensorScalar { public static var elementType: ElementType { .bool } }

extension Tensor {
  /// Creates a dense tensor of scalars in row-major order.
  ///
  /// - Precondition: `shape` holds exactly `scalars.count` elements.
  @inlinable
  public init<Scalar: TensorScalar>(shape: [Int], scalars: [Scalar]) {
    precondition(
      Tensor.elementCount(of: shape) == scalars.count,
      "shape \(shape) does not hold \(scalars.count) scalars")
    self.init(Scalar.elementType, shape: shape) { buffer in
      scalars.withUnsafeBytes { buffer.copyMemory(from: $0) }
    }
  }

  /// Creates a tensor without axes.
  @inlinable
  public init<Scalar: TensorScalar>(scalar: Scalar) {
    self.init(shape: [], scalars: [scalar])
  }

  /// Creates a dense tensor whose scalars `fill` sets, all of them.
  @inlinable @inline(__always)
  public init<Scalar: TensorScalar, Failure: Error>(
    of type: Scalar.Type, shape: [Int],
    filledBy fill: (UnsafeMutableBufferPointer<Scalar>) throws(Failure) -> Void
  ) throws(Failure) {
    try self.init(Scalar.elementType, shape: shape) { (buffer) throws(Failure) in
      try fill(buffer.bindMemory(to: Scalar.self))
    }
  }

  /// Calls `body` with the scalars; a view that is not aligned for them is copied first.
  ///
  /// - Precondition: the tensor is dense and `Scalar` is its element type.
  @inlinable @inline(__always)
  public func withScalars<Scalar: TensorScalar, Result, Failure: Error>(
    of type: Scalar.Type, _ body: (UnsafeBufferPointer<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(
      elementType == Scalar.elementType && encoding == .dense,
      "a tensor of \(elementType) is not one of \(Scalar.elementType)")
    let tensor = aligned()
    defer { withExtendedLifetime(tensor.storage) {} }
    return try body(tensor.bytes.assumingMemoryBound(to: Scalar.self))
  }

  /// Calls `body` with the scalars where they lie, which may be on any boundary: it must read them
  /// as bytes, or hand them to loops that expect no boundary.
  ///
  /// - Precondition: the tensor is dense and `Scalar` is its element type.
  @inlinable @inline(__always)
  public func withUnalignedScalars<Scalar: TensorScalar, Result, Failure: Error>(
    of type: Scalar.Type, _ body: (UnsafeBufferPointer<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(
      elementType == Scalar.elementType && encoding == .dense,
      "a tensor of \(elementType) is not one of \(Scalar.elementType)")
    defer { withExtendedLifetime(storage) {} }
    return try body(bytes.assumingMemoryBound(to: Scalar.self))
  }

  /// The scalars in row-major order.
  ///
  /// - Precondition: the tensor is dense and `Scalar` is its element type.
  @inlinable
  public func scalars<Scalar: TensorScalar>(of type: Scalar.Type) -> [Scalar] {
    withScalars(of: type) { Array($0) }
  }

  /// Returns the tensor itself, or a copy when its bytes do not lie on a boundary of its elements.
  public func aligned() -> Tensor {
    let alignment = max(1, min(elementType.bitWidth / 8, 8))
    let address = UInt(bitPattern: bytes.baseAddress)
    guard address % UInt(alignment) != 0, !range.isEmpty else { return self }
    let copy = Storage(copying: bytes)
    return Tensor(elementType, shape: shape, encoding: encoding, storage: copy) ?? self
  }
}
