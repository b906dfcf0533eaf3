import Tensors

extension SymbolicTensor {
  /// A function of two integers that may not be known.
  typealias Combination = @Sendable (Dimension, Dimension) -> Dimension

  /// Returns the elementwise combination of two tensors under broadcasting.
  ///
  /// Nil when one is not known or the result has too many elements. Numbers that the element type
  /// cannot hold are unknown.
  static func combining(
    _ left: SymbolicTensor?, _ right: SymbolicTensor?, as type: ElementType?,
    _ combine: Combination
  ) -> SymbolicTensor? {
    guard let left, let right,
      let shape = try? broadcastShape(of: [left.shape, right.shape]),
      let count = Tensor.elementCount(of: shape), count <= maximumCount
    else { return nil }
    let walk = BroadcastWalk(shape: shape, operands: [left.shape, right.shape])
    let (stepA, stepB) = (walk.strides[0].last ?? 0, walk.strides[1].last ?? 0)
    var elements: [Dimension] = []
    walk.forEachRun { _, offsets, count in
      for index in 0..<count {
        let a = left.elements[offsets[0] + index * stepA]
        let b = right.elements[offsets[1] + index * stepB]
        elements.append(combine(a, b).holding(in: type))
      }
    }
    return SymbolicTensor(shape: shape, elements: elements)
  }
}

extension Dimension {
  /// The number itself, or unknown when it is too large for an element type.
  func holding(in type: ElementType?) -> Dimension {
    guard type == .int32, let value = fixedValue, Int32(exactly: value) == nil else { return self }
    return .unknown
  }

  static func sum(_ left: Dimension, _ right: Dimension) -> Dimension { left + right }

  static func difference(_ left: Dimension, _ right: Dimension) -> Dimension {
    if right == .fixed(0) { return left }
    return fixed(left, right) { $0.subtractingReportingOverflow($1) }
  }

  static func product(_ left: Dimension, _ right: Dimension) -> Dimension {
    if left == .fixed(1) { return right }
    if right == .fixed(1) { return left }
    return fixed(left, right) { $0.multipliedReportingOverflow(by: $1) }
  }

  /// The quotient as integer tensors are divided: truncated toward zero.
  static func quotient(_ left: Dimension, _ right: Dimension) -> Dimension {
    if right == .fixed(1) { return left }
    return fixed(left, right) { $0.dividedReportingOverflow(by: $1) }
  }

  private static func fixed(
    _ left: Dimension, _ right: Dimension,
    _ combine: (Int, Int) -> (partialValue: Int, overflow: Bool)
  ) -> Dimension {
    guard let left = left.fixedValue, let right = right.fixedValue else { return .unknown }
    let (value, overflow) = combine(left, right)
    return overflow ? .unknown : .fixed(value)
  }
}
