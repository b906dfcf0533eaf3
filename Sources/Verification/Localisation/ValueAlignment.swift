import IR
import Tensors

/// Which values of a candidate stand for which values of a reference.
struct ValueAlignment {
  /// A value of the reference that nodes compute, and what stands for it in the candidate.
  struct Pair: Hashable {
    /// The name of an output, or that of the value in the reference.
    let name: String
    let reference: ValueID
    let candidate: ValueID
  }

  /// The pairs, in the order of the reference.
  private(set) var pairs: [Pair]

  /// Whether inner values are paired by their names: what else they are paired by is a guess.
  let isByName: Bool

  /// The inputs, by their values in the candidate.
  let inputs: [ValueID: ValueID]

  /// Pairs values of the same name, else by what their nodes stand for, else by their places.
  ///
  /// Where the models share no inner names, the results of nodes are paired of which one stands for
  /// the other by its lineage, else of those that have the same places in the sequences of their
  /// operators. Values of other types stand for none unless asked for.
  init(_ reference: Graph, _ candidate: Graph, acceptsOtherTypes: Bool = false) {
    let given = Dictionary(
      reference.inputs.map { (reference.name(of: $0), $0) }, uniquingKeysWith: { first, _ in first }
    )
    inputs = Dictionary(
      candidate.inputs.compactMap { input in given[candidate.name(of: input)].map { (input, $0) } },
      uniquingKeysWith: { first, _ in first })
    let outputs = Self.outputs(reference, candidate)
    var inner = Self.pairsByName(reference, candidate)
    let ends = Set(outputs.map(\.reference))
    isByName = inner.contains { !ends.contains($0.reference) }
    for others in [Self.pairsByLineage, Self.pairsByPlace]
    where inner.allSatisfy({ ends.contains($0.reference) }) {
      inner = others(reference, candidate)
    }
    var known = Set(outputs.map(\.reference))
    pairs =
      outputs
      + inner.filter { pair in
        (acceptsOtherTypes
          || Self.canStand(pair.candidate, candidate, for: pair.reference, reference))
          && known.insert(pair.reference).inserted
      }
    var places: [ValueID: Int] = [:]
    for (place, node) in reference.nodes.enumerated() {
      for value in reference.outputs(of: node).compactMap({ $0 }) { places[value] = place }
    }
    pairs.sort { (places[$0.reference] ?? 0, $0.name) < (places[$1.reference] ?? 0, $1.name) }
  }

  /// The values of the reference that those of the candidate stand for.
  var standing: [ValueID: ValueID] {
    var standing = inputs
    for pair in pairs where standing[pair.candidate] == nil {
      standing[pair.candidate] = pair.reference
    }
    return standing
  }

  /// The values of the reference that results of nodes of the candidate's body stand for.
  func results(of candidate: Graph) -> [ValueID: ValueID] {
    standing.filter { value, _ in
      candidate.producer(of: value).map { candidate.block(of: $0) == candidate.body } ?? false
    }
  }

  /// Keeps the pairs that `isKept` accepts, which is asked in order.
  mutating func filter(_ isKept: (Pair) -> Bool) { pairs = pairs.filter(isKept) }

  // MARK: - Pairing

  /// The longest sequences of operators that are compared: the memory it takes may grow with the
  /// square of their lengths.
  private static let pairingLimit = 4096

  private static func outputs(_ reference: Graph, _ candidate: Graph) -> [Pair] {
    let others = Dictionary(
      zip(candidate.outputNames(of: candidate.body), candidate.outputs),
      uniquingKeysWith: { first, _ in first })
    return zip(reference.outputNames(of: reference.body), reference.outputs).compactMap {
      name, value in
      guard reference.producer(of: value) != nil, let other = others[name] else { return nil }
      return Pair(name: name, reference: value, candidate: other)
    }
  }

  private static func pairsByName(_ reference: Graph, _ candidate: Graph) -> [Pair] {
    var others: [String: ValueID] = [:]
    for value in candidate.values where candidate.block(of: value) == candidate.body {
      let name = candidate.name(of: value)
      if !name.isEmpty { others[name] = value }
    }
    return reference.nodes.flatMap { reference.outputs(of: $0).compactMap { $0 } }.compactMap {
      value in
      let name = reference.name(of: value)
      return others[name].map { Pair(name: name, reference: value, candidate: $0) }
    }
  }

  /// Pairs the result of a node with that of the last node that it stands for.
  private static func pairsByLineage(_ reference: Graph, _ candidate: Graph) -> [Pair] {
    let named = Dictionary(reference.nodes.map { (reference[$0].name, $0) }) { first, _ in first }
    return candidate.nodes.compactMap { node in
      guard let source = candidate[node].lineage.sources.last, source < candidate.sources.count,
        !candidate.sources[source].name.isEmpty,
        let other = named[candidate.sources[source].name],
        let value = candidate.output(0, of: node), let partner = reference.output(0, of: other)
      else { return nil }
      return Pair(name: reference.name(of: partner), reference: partner, candidate: value)
    }
  }

  /// Pairs the results of the nodes that an edit script between the operators leaves in place, or
  /// between such nodes puts one by one in the place of others.
  private static func pairsByPlace(_ reference: Graph, _ candidate: Graph) -> [Pair] {
    let nodes = (Array(reference.nodes), Array(candidate.nodes))
    guard max(nodes.0.count, nodes.1.count) <= pairingLimit else { return [] }
    let script = nodes.1.map { candidate[$0].operatorID.name }
      .difference(from: nodes.0.map { reference[$0].operatorID.name })
    let removed = Set(script.removals.map(\.place))
    let inserted = Set(script.insertions.map(\.place))
    let kept = zip(
      nodes.0.indices.filter { !removed.contains($0) },
      nodes.1.indices.filter { !inserted.contains($0) })
    var matches: [(Int, Int)] = []
    var last = (-1, -1)
    for (left, right) in Array(kept) + [(nodes.0.count, nodes.1.count)] {
      if left - last.0 == right - last.1 {
        matches += zip((last.0 + 1)..<left, (last.1 + 1)..<right)
      }
      if left < nodes.0.count { matches.append((left, right)) }
      last = (left, right)
    }
    return matches.flatMap { left, right in
      zip(reference.outputs(of: nodes.0[left]), candidate.outputs(of: nodes.1[right]))
        .enumerated().compactMap { index, values in
          guard let value = values.0, let other = values.1 else { return nil }
          return Pair(name: "\(left):\(index)", reference: value, candidate: other)
        }
    }
  }

  /// Whether the types of two values leave open that they are the same, but for their extents.
  private static func canStand(
    _ value: ValueID, _ candidate: Graph, for expected: ValueID, _ reference: Graph
  ) -> Bool {
    guard let left = candidate.type(of: value), let right = reference.type(of: expected) else {
      return true
    }
    guard case .tensor(let type, let shape) = left, case .tensor(let wanted, let extents) = right
    else { return left == right }
    if let type, let wanted, type != wanted { return false }
    if let shape, let extents, shape.rank != extents.rank { return false }
    return true
  }
}

extension CollectionDifference.Change {
  /// The place of the element in the sequence that it is removed from or inserted into.
  fileprivate var place: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
