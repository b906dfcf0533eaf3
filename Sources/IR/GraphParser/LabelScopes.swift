/// The name of a value in the text: what ``ValueLabels`` makes of names.
struct ValueLabel: Hashable {
  /// The name of the value; empty when it has none.
  var name: String

  /// Which of the values of that name is meant.
  var number: Int

  /// The label as the text has it.
  var text: String {
    if name.isEmpty { return "%\(number)" }
    return number == 1 ? ValueLabels.text(name) : "\(ValueLabels.text(name))#\(number)"
  }
}

/// The values that are visible at a place of the text, and the uses that wait for a definition.
struct LabelScopes {
  /// A use of a value: an input of a node, or an output of the block with a number.
  enum Site {
    case node(NodeID, input: Int)
    case output(block: Int, index: Int)
  }

  /// A use of a label that is not defined up to here.
  struct Pending {
    var site: Site
    var position: Int
  }

  private struct Scope {
    var values: [ValueLabel: ValueID] = [:]
    var pending: [ValueLabel: [Pending]] = [:]
  }

  private var scopes: [Scope] = []

  /// Returns the value with a label, searching blocks from the inside out.
  subscript(label: ValueLabel) -> ValueID? {
    for scope in scopes.reversed() {
      if let value = scope.values[label] { return value }
    }
    return nil
  }

  /// Begins a block.
  mutating func enter() { scopes.append(Scope()) }

  /// Ends a block; what its uses still wait for may be defined around it.
  mutating func leave() {
    guard let scope = scopes.popLast(), !scopes.isEmpty else { return }
    for (label, uses) in scope.pending {
      scopes[scopes.count - 1].pending[label, default: []].append(contentsOf: uses)
    }
  }

  /// Makes a value visible and returns the uses that waited for it.
  mutating func define(_ label: ValueLabel, as value: ValueID) -> [Pending] {
    guard !scopes.isEmpty else { return [] }
    scopes[scopes.count - 1].values[label] = value
    return scopes[scopes.count - 1].pending.removeValue(forKey: label) ?? []
  }

  /// Notes a use that waits for a definition.
  mutating func await(_ label: ValueLabel, at site: Site, position: Int) {
    guard !scopes.isEmpty else { return }
    scopes[scopes.count - 1].pending[label, default: []].append(
      Pending(site: site, position: position))
  }

  /// The first use in the text that waits in the innermost block.
  var firstPending: (label: ValueLabel, position: Int)? {
    scopes.last?.pending.compactMap { label, uses in
      uses.map(\.position).min().map { (label: label, position: $0) }
    }.min { $0.position < $1.position }
  }
}
