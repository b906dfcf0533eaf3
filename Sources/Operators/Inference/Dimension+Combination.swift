import Tensors

extension Dimension {
  /// Returns the product, unknown where it overflows or no expression stands for it.
  static func product(of dimensions: some Sequence<Dimension>) -> Dimension {
    dimensions.reduce(.fixed(1)) { $0.multiplied(by: $1) }
  }

  /// Returns the product of two extents.
  func multiplied(by other: Dimension) -> Dimension {
    switch (self, other) {
    case (.fixed(1), let extent), (let extent, .fixed(1)): return extent
    case (.fixed(0), _), (_, .fixed(0)): return .fixed(0)
    case (.fixed(let left), .fixed(let right)):
      let (product, overflow) = left.multipliedReportingOverflow(by: right)
      return overflow ? .unknown : .fixed(product)
    default: return .unknown
    }
  }

  /// Returns the difference of two extents.
  func subtracting(_ other: Dimension) -> Dimension {
    switch (self, other) {
    case (let extent, .fixed(0)): return extent
    case (.fixed(let left), .fixed(let right)):
      let (difference, overflow) = left.subtractingReportingOverflow(right)
      return overflow ? .unknown : .fixed(difference)
    default: return .unknown
    }
  }

  /// Returns the quotient rounded down.
  func floorDivided(by divisor: Int) -> Dimension {
    switch self {
    case _ where divisor == 1: return self
    case .fixed(let value) where divisor > 0:
      return .fixed(value / divisor - (value % divisor < 0 ? 1 : 0))
    default: return .unknown
    }
  }
}
