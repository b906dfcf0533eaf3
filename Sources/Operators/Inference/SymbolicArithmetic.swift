import Tensors

extension SymbolicTensor {
  /// A function of two integers that may not be known.
  typealias Combination = @Sendable (Dimension, Dimension) -> Dimension

  /// Returns the elementwise combination of some tensors under broadcasting.
  ///
  /// Nil when one is not known or the result has too many elements. Numbers that the element type
  /// cannot hold are unknown.
  static func combining(
    _ operands: [SymbolicTensor?], as type: ElementType?, _ combine: ([Dimension]) -> Dimension
  ) -> SymbolicTensor? {
    let known = operands.compactMap { $0 }
    guard known.count == operands.count, let shape = try? broadcastShape(of: known.map(\.shape)),
      let count = Tensor.elementCount(of: shape), count <= maximumCount
    else { return nil }
    let walk = BroadcastWalk(shape: shape, operands: known.map(\.shape))
    var elements: [Dimension] = []
    walk.forEachRun { _, offsets, count in
      for index in 0..<count {
        let column = known.indices.map {
          known[$0].elements[offsets[$0] + index * (walk.strides[$0].last ?? 0)]
        }
        elements.append(combine(column).holding(in: type))
      }
    }
    return SymbolicTensor(shape: shape, elements: elements)
  }

  /// Returns the elementwise combination of two tensors under broadcasting.
  static func combining(
    _ left: SymbolicTensor?, _ right: SymbolicTensor?, as type: ElementType?,
    _ combine: Combination
  ) -> SymbolicTensor? {
    combining([left, right], as: type) { combine($0[0], $0[1]) }
  }
}

extension Dimension {
  /// The number itself, or unknown when it is too large for an element type.
  func holding(in type: ElementType?) -> Dimension {
    guard type == .int32, let value = fixedValue, Int32(exactly: value) == nil else { return self }
    return .unknown
  }

  /// Returns the quotient as integer tensors are divided: truncated toward zero.
  ///
  /// Symbols stand for extents, so a quotient of them is the one that is rounded down.
  static func quotient(_ left: Dimension, _ right: Dimension) -> Dimension {
    if case .fixed(let left) = left, case .fixed(let right) = right {
      let (quotient, overflow) = left.dividedReportingOverflow(by: right)
      return overflow ? .unknown : .fixed(quotient)
    }
    if let divisor = right.fixedValue, divisor <= 0 { return .unknown }
    return left.floorDivided(by: right)
  }

  /// Returns 1 when the numbers are equal and 0 when they are not, as far as that is known.
  static func equality(_ left: Dimension, _ right: Dimension) -> Dimension {
    if left == right && left != .unknown { return 1 }
    if let difference = (left - right).fixedValue { return difference == 0 ? 1 : 0 }
    // Exporters ask whether an extent is -1.
    return left.isExtent && right.isNegative || left.isNegative && right.isExtent ? 0 : .unknown
  }

  /// Whether the number is negative for no sizes at all.
  private var isExtent: Bool {
    if case .symbolic(let expression) = self { expression.isNonNegative } else { false }
  }

  private var isNegative: Bool { fixedValue.map { $0 < 0 } ?? false }
}
