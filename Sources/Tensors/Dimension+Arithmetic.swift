// Unknown goes in, unknown comes out; so does what ``DimensionExpression`` has no result for.

extension Dimension {
  /// Returns the sum.
  public static func + (left: Dimension, right: Dimension) -> Dimension {
    combine(left, right, { checked($0.addingReportingOverflow($1)) }) { $0.adding($1) }
  }

  /// Returns the difference.
  public static func - (left: Dimension, right: Dimension) -> Dimension {
    combine(left, right, { checked($0.subtractingReportingOverflow($1)) }) { $0.subtracting($1) }
  }

  /// Returns the product; it is zero when one factor is, whatever the other.
  public static func * (left: Dimension, right: Dimension) -> Dimension {
    if left == 0 || right == 0 { return 0 }
    return combine(left, right, { checked($0.multipliedReportingOverflow(by: $1)) }) {
      $0.multiplied(by: $1)
    }
  }

  /// Returns the quotient rounded toward negative infinity.
  public func floorDivided(by divisor: Dimension) -> Dimension {
    Self.combine(self, divisor, Self.unlessNegative { $0 / $1 }) { $0.floorDivided(by: $1) }
  }

  /// Returns the quotient rounded toward infinity.
  public func ceilDivided(by divisor: Dimension) -> Dimension {
    Self.combine(self, divisor, Self.unlessNegative { $0 / $1 + ($0 % $1 == 0 ? 0 : 1) }) {
      $0.ceilDivided(by: $1)
    }
  }

  /// Returns the remainder of the division that rounds down: it has the sign of the divisor.
  public func modulo(_ divisor: Dimension) -> Dimension {
    Self.combine(self, divisor, Self.unlessNegative { $0 % $1 }) { $0.modulo($1) }
  }

  /// Returns the lesser of two dimensions.
  public static func minimum(_ left: Dimension, _ right: Dimension) -> Dimension {
    combine(left, right, { min($0, $1) }) { .minimum($0, $1) }
  }

  /// Returns the greater of two dimensions.
  public static func maximum(_ left: Dimension, _ right: Dimension) -> Dimension {
    combine(left, right, { max($0, $1) }) { .maximum($0, $1) }
  }

  /// The dimension as an expression; nil when it is unknown.
  public var expression: DimensionExpression? {
    switch self {
    case .fixed(let value): DimensionExpression(value)
    case .symbolic(let expression): expression
    case .unknown: nil
    }
  }

  /// Returns the dimension for the given sizes; symbols that `sizes` lacks stay.
  public func substituting(_ sizes: [String: Int]) -> Dimension {
    guard case .symbolic(let expression) = self else { return self }
    return Dimension(
      optional: expression.substituting(sizes.mapValues { DimensionExpression($0) }))
  }

  private init(optional expression: DimensionExpression?) {
    self = expression.map { Dimension($0) } ?? .unknown
  }

  private static func combine(
    _ left: Dimension, _ right: Dimension, _ numbers: (Int, Int) -> Int?,
    _ expressions: (DimensionExpression, DimensionExpression) -> DimensionExpression?
  ) -> Dimension {
    if case .fixed(let first) = left, case .fixed(let second) = right,
      let result = numbers(first, second)
    {
      return .fixed(result)
    }
    guard let first = left.expression, let second = right.expression else { return .unknown }
    return Dimension(optional: expressions(first, second))
  }

  /// Returns a division for the usual case; expressions know the others.
  private static func unlessNegative(
    _ operation: @escaping (Int, Int) -> Int
  ) -> (Int, Int) -> Int? {
    { $0 >= 0 && $1 > 0 ? operation($0, $1) : nil }
  }
}

extension Sequence where Element == Dimension {
  /// Returns the product of all dimensions: the number of elements of a shape.
  public func product() -> Dimension {
    // A zero decides even where another dimension is unknown.
    contains(0) ? 0 : reduce(1, *)
  }
}

extension Shape {
  /// Returns the shape for the given sizes; symbols that `sizes` lacks stay.
  public func substituting(_ sizes: [String: Int]) -> Shape {
    Shape(dimensions.map { $0.substituting(sizes) })
  }
}

private func checked(_ result: (partialValue: Int, overflow: Bool)) -> Int? {
  result.overflow ? nil : result.partialValue
}
