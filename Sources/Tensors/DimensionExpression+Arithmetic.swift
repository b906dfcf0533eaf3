// Nil means that the result overflows, divides by zero or is too large to keep.

extension DimensionExpression {
  /// Returns the sum.
  public func adding(_ other: Self) -> Self? {
    if other.terms.isEmpty { return self }
    if terms.isEmpty { return other }
    return Self(collecting: terms + other.terms)
  }

  /// Returns the difference.
  public func subtracting(_ other: Self) -> Self? {
    guard self != other else { return Self(0) }
    return other.negated().flatMap(adding)
  }

  /// Returns the expression with the sign of every term changed.
  public func negated() -> Self? { scaled(by: -1) }

  /// Returns the product.
  public func multiplied(by other: Self) -> Self? {
    if let factor = other.constant { return scaled(by: factor) }
    if let factor = constant { return other.scaled(by: factor) }
    guard terms.count * other.terms.count <= 2 * Limit.weight else { return nil }
    var products: [Term] = []
    products.reserveCapacity(terms.count * other.terms.count)
    for left in terms {
      for right in other.terms {
        guard let product = left.multiplied(by: right) else { return nil }
        products.append(product)
      }
    }
    return Self(collecting: products)
  }

  private func scaled(by factor: Int) -> Self? {
    if factor == 1 { return self }
    if factor == 0 { return Self(0) }
    var result = self
    for index in terms.indices {
      let (product, overflow) = terms[index].coefficient.multipliedReportingOverflow(by: factor)
      guard !overflow else { return nil }
      result.terms[index].coefficient = product
    }
    return result
  }
}

extension DimensionExpression.Term {
  fileprivate func multiplied(by other: Self) -> Self? {
    let (product, overflow) = coefficient.multipliedReportingOverflow(by: other.coefficient)
    guard !overflow else { return nil }
    let factors = (factors + other.factors).sorted {
      DimensionExpression.Factor.order($0, $1) < 0
    }
    return Self(coefficient: product, factors: factors)
  }
}

// MARK: - Minimum and maximum

extension DimensionExpression {
  /// Returns the lesser of two expressions.
  public static func minimum(_ left: Self, _ right: Self) -> Self? {
    var operands = left.minimumOperands
    for operand in right.minimumOperands {
      operands = retaining(operand, beside: operands) { $1.subtracting($0) }
    }
    return operands.count == 1
      ? operands[0] : Self(Factor.minimum(operands.sorted { order($0, $1) < 0 }))
  }

  /// Returns the greater of two expressions.
  public static func maximum(_ left: Self, _ right: Self) -> Self? {
    var operands = left.maximumOperands
    for operand in right.maximumOperands {
      operands = retaining(operand, beside: operands) { $0.subtracting($1) }
    }
    return operands.count == 1
      ? operands[0] : Self(Factor.maximum(operands.sorted { order($0, $1) < 0 }))
  }

  private var minimumOperands: [Self] {
    guard case .minimum(let operands)? = soleFactor else { return [self] }
    return operands
  }

  private var maximumOperands: [Self] {
    guard case .maximum(let operands)? = soleFactor else { return [self] }
    return operands
  }

  /// Returns `others` with `new`, without those that another one is sure to surpass.
  private static func retaining(
    _ new: Self, beside others: [Self], lead: (_ of: Self, _ over: Self) -> Self?
  ) -> [Self] {
    if others.contains(where: { lead($0, new)?.isNonNegative ?? false }) { return others }
    return others.filter { !(lead(new, $0)?.isNonNegative ?? false) } + [new]
  }
}
