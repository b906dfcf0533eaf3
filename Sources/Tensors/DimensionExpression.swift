/// An integer that depends on named sizes, in a normal form: equal expressions compare equal.
///
/// A sum of terms; each term is a coefficient times a product of factors.
public struct DimensionExpression: Hashable, Sendable {
  /// A part of a term that no arithmetic takes further apart.
  public indirect enum Factor: Hashable, Sendable {
    case symbol(String)
  }

  struct Term: Hashable, Sendable {
    var coefficient: Int
    var factors: [Factor]
  }

  var terms: [Term]

  /// Creates the size with a name.
  public init(symbol name: String) {
    terms = [Term(coefficient: 1, factors: [.symbol(name)])]
  }

  /// The number, when the expression has no symbols.
  public var constant: Int? {
    guard let term = terms.first else { return 0 }
    return terms.count == 1 && term.factors.isEmpty ? term.coefficient : nil
  }
}

extension DimensionExpression: CustomStringConvertible {
  public var description: String {
    terms.map { term in
      term.factors.map { factor in
        switch factor {
        case .symbol(let name): name
        }
      }.joined(separator: "*")
    }.joined(separator: "+")
  }
}
