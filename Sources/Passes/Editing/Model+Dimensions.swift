public import IR
import Tensors

extension Model {
  /// Gives symbolic dimensions of the inputs fixed sizes; types have to be derived again.
  ///
  /// - Throws: `unknownValue` that names every dimension that no input has.
  public mutating func fix(dimensions sizes: [String: Int]) throws(PassError) {
    let symbols = Set(graph.inputs.flatMap { graph.shape(of: $0)?.symbols ?? [] })
    let missing = sizes.keys.filter { !symbols.contains($0) }.sorted()
    guard missing.isEmpty else {
      throw PassError(
        .unknownValue, "no input has a dimension \(missing.joined(separator: ", "))",
        remedy: "the dimensions are \(symbols.sorted().joined(separator: ", "))")
    }
    let replacements = sizes.mapValues { DimensionExpression($0) }
    for value in graph.values {
      guard let type = graph.type(of: value), let shape = type.shape else { continue }
      let dimensions = shape.dimensions.map { $0.substituting(replacements) }
      graph.setType(.tensor(type.elementType, Shape(dimensions)), of: value)
    }
  }
}

extension Shape {
  /// The names that the dimensions are said by.
  fileprivate var symbols: Set<String> {
    dimensions.reduce(into: []) { symbols, dimension in
      if case .symbolic(let expression) = dimension { symbols.formUnion(expression.symbols) }
    }
  }
}

extension Dimension {
  /// The dimension with sizes in the place of symbols; unknown where that is no size.
  fileprivate func substituting(_ replacements: [String: DimensionExpression]) -> Dimension {
    guard case .symbolic(let expression) = self else { return self }
    return expression.substituting(replacements).map { Dimension($0) } ?? .unknown
  }
}
