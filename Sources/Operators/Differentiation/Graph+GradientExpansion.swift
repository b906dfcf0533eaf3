public import IR

extension Graph {
  /// Replaces `Gradient` nodes by nodes that compute the gradients, for execution.
  ///
  /// - Throws: ``OperatorError`` that names the node that cannot be differentiated.
  public mutating func expandGradients(
    using registry: OperatorRegistry, _ library: FunctionLibrary
  ) throws(OperatorError) {
    var gradients: [NodeID] = []
    for block in blocks {
      for node in nodes(in: block) where self[node].operatorID.isGradient {
        if library[self[node].operatorID] == nil { gradients.append(node) }
      }
    }
    guard let first = gradients.first else { return }
    let expansion = GradientExpansion(self, registry, library, first: first)
    for gradient in gradients { try expansion.expand(gradient) }
    self = expansion.graph
  }
}
