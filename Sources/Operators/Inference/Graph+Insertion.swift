import IR

extension Graph {
  /// Adds a node with one result, in the newest form of its operator, before the node that an
  /// upgrade rewrites.
  mutating func insert(
    _ name: String, _ inputs: [ValueID?], attributes: Attributes = [:], before node: NodeID
  ) -> ValueID {
    let new = Node(OperatorID(name), attributes: attributes, lineage: self[node].lineage)
    let id = add(new, inputs: inputs, results: [""], at: .before(node))
    return outputs(of: id).compactMap { $0 }[0]
  }
}
