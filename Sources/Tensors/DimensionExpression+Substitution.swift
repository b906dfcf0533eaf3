extension DimensionExpression {
  /// Returns the number for the given sizes, or nil when one is missing, the result overflows or a
  /// divisor is zero.
  public func value(for sizes: [String: Int]) -> Int? {
    var sum = 0
    for term in terms {
      var product = term.coefficient
      for factor in term.factors {
        guard let value = factor.value(for: sizes) else { return nil }
        let (result, overflow) = product.multipliedReportingOverflow(by: value)
        guard !overflow else { return nil }
        product = result
      }
      let (result, overflow) = sum.addingReportingOverflow(product)
      guard !overflow else { return nil }
      sum = result
    }
    return sum
  }

  /// Returns the expression with symbols replaced; those that `replacements` lacks stay.
  ///
  /// Nil as for arithmetic: overflow, a divisor of zero, or a result that is too large.
  public func substituting(_ replacements: [String: DimensionExpression]) -> DimensionExpression? {
    var sum = Self(0)
    for term in terms {
      var product = Self(term.coefficient)
      for factor in term.factors {
        guard let value = factor.substituting(replacements),
          let result = product.multiplied(by: value)
        else { return nil }
        product = result
      }
      guard let result = sum.adding(product) else { return nil }
      sum = result
    }
    return sum
  }
}

extension DimensionExpression.Factor {
  fileprivate func value(for sizes: [String: Int]) -> Int? {
    if case .symbol(let name) = self { return sizes[name] }
    var values: [Int] = []
    for operand in operands {
      guard let value = operand.value(for: sizes) else { return nil }
      values.append(value)
    }
    switch self {
    case .symbol: return nil
    case .minimum: return values.min()
    case .maximum: return values.max()
    case .floorDivision: return DimensionExpression.floorQuotient(values[0], by: values[1])
    }
  }

  fileprivate func substituting(
    _ replacements: [String: DimensionExpression]
  ) -> DimensionExpression? {
    if case .symbol(let name) = self {
      return replacements[name] ?? DimensionExpression(symbol: name)
    }
    var operands: [DimensionExpression] = []
    for operand in self.operands {
      guard let operand = operand.substituting(replacements) else { return nil }
      operands.append(operand)
    }
    guard var result = operands.first else { return nil }
    for operand in operands.dropFirst() {
      guard let combined = combining(result, operand) else { return nil }
      result = combined
    }
    return result
  }

  private func combining(
    _ left: DimensionExpression, _ right: DimensionExpression
  ) -> DimensionExpression? {
    switch self {
    case .symbol: nil
    case .floorDivision: left.floorDivided(by: right)
    case .minimum: .minimum(left, right)
    case .maximum: .maximum(left, right)
    }
  }
}

extension DimensionExpression {
  /// Returns the quotient of any two numbers rounded toward negative infinity, when there is one.
  fileprivate static func floorQuotient(_ dividend: Int, by divisor: Int) -> Int? {
    guard divisor != 0, dividend > .min, divisor > .min else { return nil }
    return divisor > 0
      ? Tensors.floorQuotient(dividend, divisor) : Tensors.floorQuotient(-dividend, -divisor)
  }
}
