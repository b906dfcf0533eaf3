/// An integer that depends on named sizes, in a normal form: equal expressions compare equal.
///
/// A polynomial: a sum of terms, each a coefficient times a product of factors. Rounding up and
/// remainders need no factors of their own, for `ceil(a/b) = -floor(-a/b)` and
/// `a mod b = a - b*floor(a/b)`. The size of expressions is bounded, see ``Limit``: arithmetic that
/// would go past it, overflow or divide by zero has no result. Symbols stand for sizes, so they
/// are never negative.
public struct DimensionExpression: Hashable, Sendable {
  /// A part of a term that no arithmetic takes further apart.
  public enum Factor: Hashable, Sendable {
    case symbol(String)
    /// The quotient of two expressions, rounded down.
    case floorDivision(DimensionExpression, DimensionExpression)
    /// The least of at least two expressions, which ascend in the order of ``Factor``.
    case minimum([DimensionExpression])
    /// The greatest of at least two expressions, which ascend in the order of ``Factor``.
    case maximum([DimensionExpression])
  }

  /// A coefficient, never zero, times factors, which ascend; no factors make it a constant.
  public struct Term: Hashable, Sendable {
    public internal(set) var coefficient: Int
    public internal(set) var factors: [Factor]
  }

  /// The terms, those with most factors first; none for zero.
  public internal(set) var terms: [Term]

  /// How large an expression may grow.
  public enum Limit {
    /// The number of terms, symbols and operations in one expression.
    public static let weight = 128
    /// How deep divisions, minima and maxima may lie in each other.
    public static let depth = 12
  }

  /// Creates the size with a name.
  public init(symbol name: String) {
    terms = [Term(coefficient: 1, factors: [.symbol(name)])]
  }

  /// Creates a number.
  public init(_ constant: Int) {
    terms = constant == 0 ? [] : [Term(coefficient: constant, factors: [])]
  }

  /// Creates one factor on its own, if that is within the limits.
  init?(_ factor: Factor) {
    self.init(collecting: [Term(coefficient: 1, factors: [factor])])
  }

  /// Brings terms whose factors ascend into the normal form, if that is within the limits.
  init?(collecting unordered: [Term]) {
    terms = []
    for term in unordered.sorted(by: { Term.order($0, $1) < 0 }) {
      guard let last = terms.last, last.factors == term.factors else {
        terms.append(term)
        continue
      }
      let (sum, overflow) = last.coefficient.addingReportingOverflow(term.coefficient)
      guard !overflow else { return nil }
      terms[terms.count - 1].coefficient = sum
    }
    terms.removeAll { $0.coefficient == 0 }
    guard weight <= Limit.weight, depth <= Limit.depth else { return nil }
  }

  /// The number, when the expression has no symbols.
  public var constant: Int? {
    guard let term = terms.first else { return 0 }
    return terms.count == 1 && term.factors.isEmpty ? term.coefficient : nil
  }

  /// The name, when the expression is a single symbol.
  public var symbol: String? {
    guard case .symbol(let name)? = soleFactor else { return nil }
    return name
  }

  /// The names of all sizes that the expression depends on.
  public var symbols: Set<String> {
    var names: Set<String> = []
    collectSymbols(into: &names)
    return names
  }

  /// Whether the expression is negative for no sizes at all; false where that is not plain to see.
  public var isNonNegative: Bool {
    terms.allSatisfy { $0.coefficient > 0 && $0.factors.allSatisfy(\.isNonNegative) }
  }

  /// The factor, when the expression consists of one.
  var soleFactor: Factor? {
    guard terms.count == 1, terms[0].coefficient == 1, terms[0].factors.count == 1 else {
      return nil
    }
    return terms[0].factors[0]
  }

  private func collectSymbols(into names: inout Set<String>) {
    for term in terms {
      for factor in term.factors {
        if case .symbol(let name) = factor { names.insert(name) }
        for operand in factor.operands { operand.collectSymbols(into: &names) }
      }
    }
  }
}

extension DimensionExpression.Factor {
  /// The expressions that the factor is made of.
  var operands: [DimensionExpression] {
    switch self {
    case .symbol: []
    case .floorDivision(let dividend, let divisor): [dividend, divisor]
    case .minimum(let operands), .maximum(let operands): operands
    }
  }

  fileprivate var isNonNegative: Bool {
    switch self {
    case .symbol: true
    case .floorDivision, .minimum: operands.allSatisfy(\.isNonNegative)
    case .maximum: operands.contains(where: \.isNonNegative)
    }
  }
}

// MARK: - Size

extension DimensionExpression {
  /// The number of terms, symbols and operations.
  private var weight: Int {
    terms.reduce(terms.count) { total, term in
      term.factors.reduce(total) { $0 + 1 + $1.operands.reduce(0) { $0 + $1.weight } }
    }
  }

  private var depth: Int {
    var depth = 0
    for term in terms {
      for factor in term.factors {
        for operand in factor.operands { depth = max(depth, operand.depth + 1) }
      }
    }
    return depth
  }
}
