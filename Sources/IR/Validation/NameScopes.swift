/// The names that are visible in the block that a walk is in.
struct NameScopes {
  private let graph: Graph
  private let constants: [BlockID: [ValueID]]
  private var visible: [String: ValueID] = [:]
  private var added: [[String]] = []

  init(_ graph: Graph) {
    self.graph = graph
    constants = graph.constantsByBlock()
  }

  /// Adds the names of a block's values, and returns pairs of values that share one.
  ///
  /// A node inside may stand before the one that takes the name, so that all of them count.
  mutating func enter(_ block: BlockID) -> [(first: ValueID, second: ValueID)] {
    var names: [String] = []
    var pairs: [(first: ValueID, second: ValueID)] = []
    for value in graph.values(definedIn: block, constants: constants[block] ?? []) {
      let name = graph.name(of: value)
      guard !name.isEmpty else { continue }
      if let first = visible[name] {
        pairs.append((first, value))
      } else {
        visible[name] = value
        names.append(name)
      }
    }
    added.append(names)
    return pairs
  }

  /// Forgets the names of the block that was entered last.
  mutating func leave() {
    for name in added.popLast() ?? [] { visible[name] = nil }
  }
}

extension Graph {
  /// The constants of every block that has some, in the order of their ids.
  func constantsByBlock() -> [BlockID: [ValueID]] {
    var constants: [BlockID: [ValueID]] = [:]
    for value in values {
      guard case .constant(let block) = definition(of: value) else { continue }
      constants[block, default: []].append(value)
    }
    return constants
  }

  /// The inputs, the given constants, and the results of the nodes of a block.
  func values(definedIn block: BlockID, constants: [ValueID]) -> [ValueID] {
    var values = inputs(of: block) + constants
    for node in nodes(in: block) { values.append(contentsOf: outputs(of: node).compactMap { $0 }) }
    return values
  }
}
