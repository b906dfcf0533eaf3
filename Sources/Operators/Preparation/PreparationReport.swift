public import IR

/// What ``IR/Model/prepare(using:)`` found; nothing here is thrown, all of it is reported.
public struct PreparationReport: Sendable {
  /// Nodes that contradict the definition of their operator.
  public internal(set) var errors: [OperatorError] = []

  /// Operators without a definition, with the number of nodes of each, in order of appearance.
  public internal(set) var opaqueOperators: [(operatorID: OperatorID, count: Int)] = []

  mutating func addOpaque(_ id: OperatorID) {
    if let index = opaqueOperators.firstIndex(where: { $0.operatorID == id }) {
      opaqueOperators[index].count += 1
    } else {
      opaqueOperators.append((id, 1))
    }
  }
}
