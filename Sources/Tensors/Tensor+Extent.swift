extension Tensor {
  /// Returns the least and the greatest element, NaN left out, and infinities too if `finiteOnly`.
  ///
  /// Nil where nothing is left, and for tensors that are not dense or hold no real numbers.
  public func extent(finiteOnly: Bool = false) -> ClosedRange<Double>? {
    let bound = finiteOnly ? Double.greatestFiniteMagnitude : .infinity
    var (low, high) = (Double.infinity, -Double.infinity)
    forEachPiece { elements in
      // Comparisons with NaN are false.
      for element in elements where abs(element) <= bound {
        low = min(low, element)
        high = max(high, element)
      }
    }
    return low <= high ? low...high : nil
  }

  /// Whether no element is infinite or NaN, as far as the tensor is dense and holds real numbers.
  public var isFinite: Bool {
    guard elementType.isFloatingPoint else { return true }
    var isFinite = true
    forEachPiece { elements in
      isFinite = isFinite && elements.allSatisfy(\.isFinite)
    }
    return isFinite
  }

  /// Calls `body` with the widened elements piece by piece, so that no copy of the tensor is made.
  private func forEachPiece(_ body: (UnsafeMutableBufferPointer<Double>) -> Void) {
    guard encoding == .dense, elementType != .string, elementType.kind != .complex else { return }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Tensor.chunkCount) { scratch in
      for start in stride(from: 0, to: count, by: Tensor.chunkCount) {
        let part = UnsafeMutableBufferPointer(
          rebasing: scratch[..<min(Tensor.chunkCount, count - start)])
        readDoubles(from: start, into: part)
        body(part)
      }
    }
  }
}
