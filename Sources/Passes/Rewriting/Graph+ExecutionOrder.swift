import IR

extension Graph {
  /// The nodes of all blocks, each before those of its subgraphs.
  func nodesInExecutionOrder() -> [NodeID] {
    var found: [NodeID] = []
    found.reserveCapacity(totalNodeCount)
    var pending = [firstNode(in: body)]
    while var next = pending.popLast() {
      while let node = next {
        found.append(node)
        next = self.node(after: node)
        let inner = blocks(of: node)
        guard !inner.isEmpty else { continue }
        pending.append(next)
        pending += inner.reversed().map(firstNode)
        break
      }
    }
    return found
  }

  /// The nodes of some operators in the same order.
  func nodesInExecutionOrder(where isIncluded: (OperatorID) -> Bool) -> [NodeID] {
    let chosen = operators.map(isIncluded)
    guard chosen.contains(true) else { return [] }
    return nodesInExecutionOrder().filter { chosen[operatorIndex(of: $0)] }
  }
}
