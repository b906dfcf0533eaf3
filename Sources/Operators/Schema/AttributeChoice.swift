/// A closed set of words, one of which an attribute holds, in ONNX's spelling and order.
protocol AttributeChoice: RawRepresentable, CaseIterable, Sendable where RawValue == String {}

extension AttributeChoice {
  /// Creates the choice that an attribute spells.
  ///
  /// - Throws: `invalidAttribute` for any other word.
  init(_ word: String, of attribute: String) throws(OperatorError) {
    guard let choice = Self(rawValue: word) else {
      throw OperatorError(
        .invalidAttribute, "\(attribute) is \"\(word)\"",
        remedy: "use one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self = choice
  }

  /// Creates the choice whose place in the list an attribute holds.
  ///
  /// - Throws: `invalidAttribute` for a number that is no place.
  init(number: Int, of attribute: String) throws(OperatorError) {
    let choices = Array(Self.allCases)
    guard choices.indices.contains(number) else {
      let meanings = choices.enumerated().map { "\($0) (\($1.rawValue))" }
      throw OperatorError(
        .invalidAttribute, "\(attribute) is \(number)",
        remedy: "use one of \(meanings.joined(separator: ", "))")
    }
    self = choices[number]
  }
}

/// Checks that lists of attributes, which are read side by side, are equally long.
///
/// - Throws: `invalidAttribute` with the names and lengths of the first two that differ.
func checkCounts(
  _ first: (name: String, count: Int), _ others: [(name: String, count: Int)]
) throws(OperatorError) {
  for other in others where other.count != first.count {
    throw OperatorError(
      .invalidAttribute,
      "\(other.name) has \(other.count) elements, \(first.name) has \(first.count)",
      remedy: "give as many of each")
  }
}
