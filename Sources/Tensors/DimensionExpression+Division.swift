// Every step holds for all sizes for which the division is defined, that is, whose divisor is not
// zero: `floor((q*b + r)/b) = q + floor(r/b)` takes whole parts out, common factors cancel, and
// `floor(floor(a/m)/n) = floor(a/(m*n))` for positive `n` flattens what strided layers stack up.

extension DimensionExpression {
  /// Returns the quotient rounded toward negative infinity.
  public func floorDivided(by divisor: Self) -> Self? {
    if let number = divisor.constant { return floorDivided(by: number) }
    guard let leading = divisor.terms.first else { return nil }
    guard leading.coefficient > 0 else {
      guard let negative = negated(), let positive = divisor.negated() else { return nil }
      return negative.floorDivided(by: positive)
    }
    guard let (quotient, rest) = wholePart(over: divisor) else { return nil }
    guard !rest.terms.isEmpty else { return quotient }
    let (dividend, reduced) = Self.cancelled(rest, divisor)
    if let number = reduced.constant {
      return dividend.floorDivided(by: number).flatMap(quotient.adding)
    }
    return Self(.floorDivision(dividend, reduced)).flatMap(quotient.adding)
  }

  /// Returns the quotient rounded toward infinity.
  public func ceilDivided(by divisor: Self) -> Self? {
    // For numbers the dividend grows instead, so that the result is the sum of few terms.
    if let number = divisor.constant, number > 0 {
      return adding(Self(number - 1))?.floorDivided(by: number)
    }
    return negated()?.floorDivided(by: divisor)?.negated()
  }

  /// Returns the remainder of the division that rounds down: it has the sign of the divisor.
  public func modulo(_ divisor: Self) -> Self? {
    floorDivided(by: divisor)?.multiplied(by: divisor).flatMap(subtracting)
  }
}

// MARK: - By numbers

extension DimensionExpression {
  private func floorDivided(by divisor: Int) -> Self? {
    guard divisor > 0 else {
      guard divisor != 0, divisor != .min else { return nil }
      return negated()?.floorDivided(by: -divisor)
    }
    let (whole, rest) = split(over: divisor)
    guard rest.constant == nil else { return whole }
    let common = rest.terms.reduce(divisor) { common, term in
      term.factors.isEmpty ? common : greatestCommonDivisor(common, term.coefficient)
    }
    let dividend = rest.mapCoefficients { $0 / common }
    let reduced = divisor / common
    if reduced == 1 { return whole.adding(dividend) }
    if let flat = dividend.flattened(over: reduced) { return whole.adding(flat) }
    return Self(.floorDivision(dividend, Self(reduced))).flatMap(whole.adding)
  }

  /// Splits every coefficient into a multiple of `divisor` and what is left, at least 0 and below
  /// `divisor`.
  private func split(over divisor: Int) -> (whole: Self, rest: Self) {
    (
      mapCoefficients { floorQuotient($0, divisor) },
      mapCoefficients { floorRemainder($0, divisor) }
    )
  }

  /// Returns the quotient of a dividend with one division among its terms, as one division.
  private func flattened(over divisor: Int) -> Self? {
    var inner: (dividend: Self, divisor: Int)?
    var others: [Term] = []
    for term in terms {
      guard term.factors.count == 1, case .floorDivision(let dividend, let by) = term.factors[0],
        let number = by.constant
      else {
        others.append(term)
        continue
      }
      guard inner == nil, term.coefficient == 1 else { return nil }
      inner = (dividend, number)
    }
    guard let inner, let rest = Self(collecting: others)?.multiplied(by: Self(inner.divisor)),
      let dividend = inner.dividend.adding(rest)
    else { return nil }
    let (product, overflow) = inner.divisor.multipliedReportingOverflow(by: divisor)
    return overflow ? nil : dividend.floorDivided(by: product)
  }

  private func mapCoefficients(_ transform: (Int) -> Int) -> Self {
    var result = self
    result.terms = terms.compactMap { term in
      let coefficient = transform(term.coefficient)
      return coefficient == 0 ? nil : Term(coefficient: coefficient, factors: term.factors)
    }
    return result
  }
}

// MARK: - By expressions

extension DimensionExpression {
  /// Splits the expression into a multiple of `divisor` and what is left.
  private func wholePart(over divisor: Self) -> (quotient: Self, rest: Self)? {
    let leading = divisor.terms[0]
    var quotient = Self(0)
    var rest = self
    var index = 0
    // Each step replaces the term at the index by later ones; the number only guards the time.
    for _ in 0..<Limit.weight where index < rest.terms.count {
      guard let part = rest.terms[index].divided(by: leading) else {
        index += 1
        continue
      }
      var partial = Self(0)
      partial.terms = [part]
      guard let product = divisor.multiplied(by: partial), let sum = quotient.adding(partial),
        let difference = rest.subtracting(product)
      else { return nil }
      quotient = sum
      if difference.terms.count > index, Term.order(difference.terms[index], rest.terms[index]) == 0
      {
        index += 1
      }
      rest = difference
    }
    return (quotient, rest)
  }

  /// Takes the number and the factors that all terms of both have in common out of both.
  private static func cancelled(_ dividend: Self, _ divisor: Self) -> (Self, Self) {
    let terms = dividend.terms + divisor.terms
    let number = terms.reduce(0) { greatestCommonDivisor($0, $1.coefficient) }
    let factors = terms.dropFirst().reduce(terms[0].factors) { common, term in
      var available = term.factors
      return common.filter { factor in
        guard let index = available.firstIndex(of: factor) else { return false }
        available.remove(at: index)
        return true
      }
    }
    let content = Term(coefficient: max(number, 1), factors: factors)
    var results = (dividend, divisor)
    results.0.terms = dividend.terms.compactMap { $0.divided(by: content) }
    results.1.terms = divisor.terms.compactMap { $0.divided(by: content) }
    return results
  }
}

extension DimensionExpression.Term {
  /// Returns the whole part of the quotient of two terms, or nil when it is zero.
  fileprivate func divided(by other: Self) -> Self? {
    var factors = factors
    for factor in other.factors {
      guard let index = factors.firstIndex(of: factor) else { return nil }
      factors.remove(at: index)
    }
    guard other.coefficient > 0 else { return nil }
    let coefficient = floorQuotient(coefficient, other.coefficient)
    return coefficient == 0 ? nil : Self(coefficient: coefficient, factors: factors)
  }
}

// MARK: - Numbers

/// Returns the quotient rounded toward negative infinity, for a positive divisor.
func floorQuotient(_ dividend: Int, _ divisor: Int) -> Int {
  dividend / divisor - (dividend % divisor < 0 ? 1 : 0)
}

private func floorRemainder(_ dividend: Int, _ divisor: Int) -> Int {
  let remainder = dividend % divisor
  return remainder < 0 ? remainder + divisor : remainder
}

/// Returns the greatest number that divides both; 0 and the least integer count as 0.
private func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
  var (larger, smaller) = (left, right == .min ? 1 : abs(right))
  while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
  return larger
}
