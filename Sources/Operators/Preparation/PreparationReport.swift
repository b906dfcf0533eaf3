public import IR

/// What ``IR/Model/prepare(using:)`` found; nothing here is thrown, all of it is reported.
public struct PreparationReport: Sendable {
  /// Nodes that contradict the definition of their operator.
  public internal(set) var errors: [OperatorError] = []

  /// The elements of small integer tensors of the graph, as far as they are known.
  public internal(set) var elements: [ValueID: SymbolicTensor] = [:]

  /// The names that were made up for sizes of the graph that nothing is known of.
  public internal(set) var madeUpSizes: Set<String> = []

  /// Operators without a definition, with the number of nodes of each, in order of appearance.
  public internal(set) var opaqueOperators: [(operatorID: OperatorID, count: Int)] = []

  mutating func addOpaque(_ id: OperatorID, count: Int = 1) {
    if let index = opaqueOperators.firstIndex(where: { $0.operatorID == id }) {
      opaqueOperators[index].count += count
    } else {
      opaqueOperators.append((id, count))
    }
  }

  /// Adds what was found in the body of a function.
  mutating func merge(_ other: PreparationReport) {
    errors += other.errors
    for (id, count) in other.opaqueOperators { addOpaque(id, count: count) }
  }
}
