extension Dimension {
  /// Adds two extents; the sum is unknown where one is, or where it overflows.
  public static func + (left: Dimension, right: Dimension) -> Dimension {
    switch (left, right) {
    case (.fixed(let left), .fixed(let right)):
      let (sum, overflow) = left.addingReportingOverflow(right)
      return overflow ? .unknown : .fixed(sum)
    case (.fixed(0), let other), (let other, .fixed(0)): return other
    default: return .unknown
    }
  }
}
