extension Tensor {
  /// Returns consecutive numbers in row-major order, exactly but for large 64-bit integers.
  ///
  /// Nil when the tensor is encoded, holds strings or complex numbers, or is shorter than that.
  public func doubles(in range: Range<Int>) -> [Double]? {
    guard encoding == .dense, elementType != .string, elementType.kind != .complex,
      range.lowerBound >= 0, range.upperBound <= count
    else { return nil }
    return [Double](unsafeUninitializedCapacity: range.count) { buffer, count in
      readDoubles(from: range.lowerBound, into: .init(rebasing: buffer[..<range.count]))
      count = range.count
    }
  }
}
