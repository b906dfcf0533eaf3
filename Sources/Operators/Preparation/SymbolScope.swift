import IR
import Tensors

/// The symbols of the dimensions that a preparation has met, and how it makes new ones.
///
/// A size that depends on data gets a symbol of its own, so that what follows can be said in terms
/// of it. Within a subgraph or a function a symbol stands for the size that one step or one call
/// sees: outside, it would equate sizes of different steps, so it does not leave.
struct SymbolScope {
  /// The stem of the names that ONNX's own shape inference gives such sizes, too.
  private static let stem = "unk__"

  /// Whether a dimension is said by names of that kind.
  static func isMadeUp(_ dimension: Dimension) -> Bool {
    guard case .symbolic(let expression) = dimension else { return false }
    if let symbol = expression.symbol { return symbol.hasPrefix(stem) }
    return expression.symbols.contains { $0.hasPrefix(stem) }
  }

  /// The most sizes that are named in one graph, since a node may have dozens.
  private static let limit = 1 << 16

  /// The names that were made up.
  private(set) var madeUp: Set<String> = []

  private var visible: Set<String> = []
  private var order: [String] = []
  /// The names of the graph that new ones must differ from; nil before the first new one.
  private var taken: Set<String>?
  /// The number of the next name.
  private var count = 0

  /// Enters a block; what it returns leaves it again with ``leave(_:)``.
  func enter() -> Int { order.count }

  /// Leaves a block: the symbols that were met in it are out of sight.
  mutating func leave(_ mark: Int) {
    for name in order[mark...] { visible.remove(name) }
    order.removeSubrange(mark...)
  }

  /// Returns a type with a new symbol for each extent of a tensor that nothing is known of.
  ///
  /// The elements of sequences may differ in their extents: those stay unknown.
  mutating func named(_ type: ValueType, in graph: Graph) -> ValueType {
    guard case .tensor(let element, var shape?) = type else { return type }
    for axis in shape.dimensions.indices where shape[axis] == .unknown {
      guard count < Self.limit else { break }
      shape[axis] = .symbol(newName(in: graph))
    }
    return .tensor(element, shape)
  }

  /// Makes symbols visible in the block and those in it.
  mutating func meet(_ dimensions: [Dimension]) {
    for case .symbolic(let expression) in dimensions {
      if let symbol = expression.symbol {
        meet(symbol)
      } else {
        expression.symbols.sorted().forEach { meet($0) }
      }
    }
  }

  /// Returns what is known of a value without what is said by symbols that are not visible.
  func withoutHidden(_ value: InferredValue) -> InferredValue {
    value.mapDimensions { dimension in
      guard case .symbolic(let expression) = dimension else { return dimension }
      return visible.isSuperset(of: expression.symbols) ? dimension : .unknown
    }
  }

  private mutating func meet(_ symbol: String) {
    if visible.insert(symbol).inserted { order.append(symbol) }
  }

  private mutating func newName(in graph: Graph) -> String {
    let taken = taken ?? Self.names(in: graph)
    self.taken = taken
    while true {
      let name = "\(Self.stem)\(count)"
      count += 1
      if !taken.contains(name), !visible.contains(name) {
        madeUp.insert(name)
        return name
      }
    }
  }

  /// The symbols of a graph that a new name could be.
  private static func names(in graph: Graph) -> Set<String> {
    var names: Set<String> = []
    for value in graph.values {
      for case .symbolic(let expression)? in graph.type(of: value)?.dimensions ?? [] {
        names.formUnion(expression.symbols.lazy.filter { $0.hasPrefix(stem) })
      }
    }
    return names
  }
}
