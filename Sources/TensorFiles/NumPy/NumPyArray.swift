public import FormatSupport
public import Tensors

/// Tensors as NumPy's `.npy` files: reading versions 1 to 3, writing version 1.
///
/// Numbers of every size that tensors and NumPy share, booleans, complex numbers and strings of
/// fixed width are read in either byte order and either axis order. Little-endian arrays in
/// row-major order are views on the bytes they are read from. Python objects, records and
/// dates are refused.
///
/// NumPy has no name for the small types, so they are written as the next type that holds all of
/// their values: float32 for bfloat16, the 8-bit floats and float4, int8 or uint8 for integers of 4
/// and 2 bits. Reading knows the names that `ml_dtypes` registers, such as `bfloat16`.
public enum NumPyArray {
  /// Reads the array that the bytes `range` of `storage` hold.
  ///
  /// Errors name bytes of `storage`.
  public static func read(
    _ storage: Storage, range: Range<Int>? = nil, limits: ResourceLimits = ResourceLimits()
  ) throws(FormatError) -> Tensor {
    let range = range ?? 0..<storage.bytes.count
    let bytes = UnsafeRawBufferPointer(rebasing: storage.bytes[range])
    let header = try NumPyHeader(of: bytes, at: range.lowerBound)
    let dataRange = (range.lowerBound + header.byteCount)..<range.upperBound
    guard let count = Tensor.elementCount(of: header.shape) else {
      throw FormatError(.invalid, "the shape \(header.shape) has too many elements")
    }
    let (needed, overflow) = count.multipliedReportingOverflow(by: header.type.size)
    guard !overflow, needed == dataRange.count else {
      let isShort = overflow || needed > dataRange.count
      throw FormatError(
        isShort ? .truncated : .invalid,
        "\(dataRange.count) bytes follow, which is not an array of shape \(header.shape) with"
          + " \(header.type.size) bytes an element", at: dataRange.lowerBound)
    }
    let elements = NumPyElements(
      header: header, count: count, storage: storage, range: dataRange, memory: limits.memory)
    return try elements.tensor()
  }

  /// Writes a tensor to a file that appears whole or not at all.
  public static func write(_ tensor: Tensor, to path: String) throws(FormatError) {
    let array = try EncodedArray(tensor)
    let file = try OutputFile(path: path)
    try file.append(array.header)
    try array.withContents { (bytes) throws(FormatError) in try file.append(bytes) }
    try file.commit()
  }
}
