import Tensors

/// Copies the named places along one axis, for every row before it.
func copyRows<Element: BitwiseCopyable>(
  _ indices: [Int], from source: UnsafeBufferPointer<Element>, _ layout: AxisLayout,
  to target: UnsafeMutableBufferPointer<Element>
) {
  guard !target.isEmpty, let from = source.baseAddress, var to = target.baseAddress else { return }
  for row in 0..<layout.rows {
    for index in indices {
      to.update(
        from: from + (row * layout.extent + index) * layout.width, count: layout.width)
      to += layout.width
    }
  }
}

extension Tensor {
  /// The element without axes that is zero, false or the empty string.
  static func zero(of type: ElementType) -> Tensor {
    type == .string
      ? Tensor(shape: [], strings: [""]) : Tensor(scalar: 0 as Float).converted(to: type)
  }
}
