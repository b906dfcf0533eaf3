/// The operators of a graph's nodes, each once: nodes of the same operator have the same index.
struct OperatorTable: Sendable {
  /// The operators in the order in which the graph met them.
  private(set) var ids: [OperatorID] = []

  private var indices: [OperatorID: Int32] = [:]

  /// Returns the index of an operator, a new one at the end when it has none.
  mutating func index(of id: OperatorID) -> Int32 {
    if let index = indices[id] { return index }
    let index = Int32(ids.count)
    ids.append(id)
    indices[id] = index
    return index
  }
}
