import IR

/// Which value of a reference each value of a candidate stands for.
///
/// Values correspond that have one name; then the results of nodes of which the candidate's stands,
/// by its lineage, for the reference's; then outputs of one name. Only results of nodes of the body
/// are looked at: what a subgraph computes shows in the results of its node.
struct Alignment {
  private var partners: [ValueID: ValueID] = [:]
  /// How many values of the candidate stand for each of the reference.
  private(set) var useCounts: [ValueID: Int] = [:]

  init(of candidate: Graph, to reference: Graph) {
    let names = reference.results(by: { reference.name(of: $0.value) })
    let nodes = reference.results(by: { reference[$0.node].name })
    for node in candidate.nodes(in: candidate.body) {
      let results = candidate.outputs(of: node)
      for value in results.compactMap({ $0 }) {
        if let partner = names[candidate.name(of: value)] { align(value, with: partner) }
      }
      guard results.count == 1, let value = results[0], partners[value] == nil,
        let source = candidate[node].lineage.sources.last, source < candidate.sources.count,
        let partner = nodes[candidate.sources[source].name]
      else { continue }
      align(value, with: partner)
    }
    let outputs = Dictionary(
      zip(reference.outputNames(of: reference.body), reference.outputs)
    ) { first, _ in first }
    for (name, value) in zip(candidate.outputNames(of: candidate.body), candidate.outputs) {
      guard partners[value] == nil, let partner = outputs[name],
        candidate.isResult(value), reference.isResult(partner)
      else { continue }
      align(value, with: partner)
    }
  }

  /// The value of the reference that a value of the candidate stands for.
  subscript(value: ValueID) -> ValueID? { partners[value] }

  private mutating func align(_ value: ValueID, with partner: ValueID) {
    partners[value] = partner
    useCounts[partner, default: 0] += 1
  }
}

extension Graph {
  /// The results of nodes of the body by a name that no other has.
  fileprivate func results(
    by name: ((node: NodeID, value: ValueID)) -> String
  ) -> [String: ValueID] {
    var results: [String: ValueID] = [:]
    var ambiguous: Set<String> = [""]
    for node in nodes(in: body) {
      for value in outputs(of: node).compactMap({ $0 }) {
        let name = name((node, value))
        if results.updateValue(value, forKey: name) != nil { ambiguous.insert(name) }
      }
    }
    for name in ambiguous { results[name] = nil }
    return results
  }

  /// Whether a node of the body computes a value.
  fileprivate func isResult(_ value: ValueID) -> Bool {
    producer(of: value).map { block(of: $0) == body } ?? false
  }
}
