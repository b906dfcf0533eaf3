// The order behind the normal form: total, and for terms compatible with multiplication (graded
// lexicographic), so that dividing by the leading term of a sum ends.

extension DimensionExpression.Term {
  /// Returns a negative number when `left` comes first, zero when both have the same factors.
  static func order(_ left: Self, _ right: Self) -> Int {
    guard left.factors.count == right.factors.count else {
      return right.factors.count - left.factors.count
    }
    for (first, second) in zip(left.factors, right.factors) {
      let order = DimensionExpression.Factor.order(first, second)
      if order != 0 { return order }
    }
    return 0
  }
}

extension DimensionExpression.Factor {
  /// Returns a negative number when `left` comes first, zero when both are equal.
  static func order(_ left: Self, _ right: Self) -> Int {
    if case .symbol(let first) = left, case .symbol(let second) = right {
      return first == second ? 0 : first < second ? -1 : 1
    }
    guard left.rank == right.rank else { return left.rank - right.rank }
    return DimensionExpression.order(left.operands, right.operands)
  }

  private var rank: Int {
    switch self {
    case .symbol: 0
    case .floorDivision: 1
    case .minimum: 2
    case .maximum: 3
    }
  }
}

extension DimensionExpression {
  /// Returns a negative number when `left` comes first, zero when both are equal.
  static func order(_ left: Self, _ right: Self) -> Int {
    for (first, second) in zip(left.terms, right.terms) {
      let order = Term.order(first, second)
      if order != 0 { return order }
      if first.coefficient != second.coefficient {
        return first.coefficient < second.coefficient ? -1 : 1
      }
    }
    return left.terms.count - right.terms.count
  }

  fileprivate static func order(_ left: [Self], _ right: [Self]) -> Int {
    for (first, second) in zip(left, right) {
      let order = order(first, second)
      if order != 0 { return order }
    }
    return left.count - right.count
  }
}
