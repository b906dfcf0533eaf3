import Tensors

/// The names under which a text knows values: unique wherever they are visible.
///
/// The first value of a name is `%x`, the next one that is visible beside it `%x#2`; values
/// without a name are numbered, `%1`.
struct ValueLabels {
  private let graph: Graph
  private let constants: [BlockID: [ValueID]]
  private var labels: [String?]
  private var uses: [String: Int] = [:]
  private var scopes: [[ValueID]] = []
  private var unnamed = 0

  init(_ graph: Graph) {
    self.graph = graph
    constants = graph.constantsByBlock()
    labels = Array(repeating: nil, count: graph.valueCapacity)
  }

  /// Makes the values of a block visible and returns its constants.
  mutating func enter(_ block: BlockID) -> [ValueID] {
    let constants = constants[block] ?? []
    let values = graph.values(definedIn: block, constants: constants)
    for value in values { labels[value.index] = makeLabel(graph.name(of: value)) }
    scopes.append(values)
    return constants
  }

  /// Hides the values of the block that was entered last.
  mutating func leave() {
    for value in scopes.popLast() ?? [] {
      labels[value.index] = nil
      let name = graph.name(of: value)
      if !name.isEmpty { uses[name, default: 1] -= 1 }
    }
  }

  subscript(value: ValueID) -> String {
    labels[value.index] ?? "\(Self.text(graph.name(of: value)))#0"
  }

  /// The values of the block that was entered last.
  var innermost: [ValueID] { scopes.last ?? [] }

  /// Returns the label of a value whose name nobody else has.
  static func text(_ name: String) -> String { "%\(name.quotedUnlessLabel)" }

  private mutating func makeLabel(_ name: String) -> String {
    guard !name.isEmpty else {
      unnamed += 1
      return "%\(unnamed)"
    }
    let count = uses[name, default: 0] + 1
    uses[name] = count
    return count == 1 ? Self.text(name) : "\(Self.text(name))#\(count)"
  }
}

extension UInt8 {
  /// Whether a label can go on with the byte: as a word, and with `/`.
  var isLabelPart: Bool { isWordPart || self == UInt8(ascii: "/") }
}

extension String {
  fileprivate var quotedUnlessLabel: String {
    let isLabel =
      utf8.first.map { $0.isLabelPart && !$0.isDigit } ?? false
      && utf8.allSatisfy(\.isLabelPart) && !contains("//")
    return isLabel ? self : quoted
  }
}
