/// The operators of a graph's nodes, each once: nodes of the same operator have the same place in it.
struct OperatorTable: Sendable {
  /// The operators in the order in which the graph met them.
  private(set) var ids: [OperatorID] = []

  private var places: [OperatorID: Int32] = [:]

  /// Returns the place of an operator, a new one at the end when it has none.
  mutating func place(of id: OperatorID) -> Int32 {
    if let place = places[id] { return place }
    let place = Int32(ids.count)
    ids.append(id)
    places[id] = place
    return place
  }
}
