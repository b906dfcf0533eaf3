#if _endian(big)
  #error("FlatBuffers are little-endian, and so must be the machines that map them")
#endif

/// A number that a FlatBuffer stores: its memory layout is that of the file.
public protocol FlatScalar: BitwiseCopyable, Sendable, Hashable {
  /// The value of a field that a table leaves out.
  static var zero: Self { get }
}

extension UInt8: FlatScalar {}
extension UInt16: FlatScalar {}
extension UInt32: FlatScalar {}
extension UInt64: FlatScalar {}
extension Int8: FlatScalar {}
extension Int16: FlatScalar {}
extension Int32: FlatScalar {}
extension Int64: FlatScalar {}
extension Float: FlatScalar {}
extension Double: FlatScalar {}
