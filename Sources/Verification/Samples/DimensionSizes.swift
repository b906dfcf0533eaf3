import IR
import Tensors

/// The sizes of the symbolic dimensions of a graph's inputs: those that are given, else what a symbol
/// says that is a number, else those that are assumed, and 1 else.
struct DimensionSizes {
  private let given: [String: Int]
  private let sizes: [String: Int]

  /// Gathers the symbols of the inputs that have no default.
  init(of graph: Graph, given: [String: Int], assumed: [String: Int] = [:]) {
    self.given = given
    sizes = graph.namesOfInputDimensions.reduce(into: [:]) { sizes, name in
      sizes[name] = given[name] ?? Self.size(namedBy: name) ?? assumed[name] ?? 1
    }
  }

  /// The size that a symbol stands for whose name is a number, as some exporters write fixed sizes.
  static func size(namedBy symbol: String) -> Int? { Int(symbol).flatMap { $0 > 0 ? $0 : nil } }

  /// Returns the extent of an axis; nil where the inputs' dimensions do not tell it.
  ///
  /// An expression is what it is for the sizes of its symbols, the same for all inputs, and at
  /// least 1 unless all of these are given.
  func extent(of dimension: Dimension) -> Int? {
    switch dimension {
    case .fixed(let value): return max(0, value)
    case .unknown: return nil
    case .symbolic(let expression):
      if let size = given[expression.description] { return size }
      guard let value = expression.value(for: sizes) else { return nil }
      return max(expression.symbols.allSatisfy { given[$0] != nil } ? 0 : 1, value)
    }
  }
}

extension Graph {
  /// The inputs that a caller must give.
  var requiredInputs: [ValueID] { inputs.filter { constant(of: $0) == nil } }

  /// The names of the sizes that may be chosen for required inputs, in alphabetical order.
  var symbolsOfInputs: [String] {
    namesOfInputDimensions.filter { DimensionSizes.size(namedBy: $0) == nil }.sorted()
  }

  /// The names of the sizes that the shapes of required inputs depend on.
  fileprivate var namesOfInputDimensions: Set<String> {
    requiredInputs.reduce(into: Set<String>()) { symbols, input in
      for case .symbolic(let expression) in type(of: input)?.shape?.dimensions ?? [] {
        symbols.formUnion(expression.symbols)
      }
    }
  }

  /// Whether nothing is known of an extent of a required input.
  var hasUnknownInputDimension: Bool {
    requiredInputs.contains { type(of: $0)?.shape?.dimensions.contains(.unknown) ?? false }
  }
}
