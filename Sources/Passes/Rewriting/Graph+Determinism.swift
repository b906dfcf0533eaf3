import IR
import Operators
import Tensors

extension Graph {
  private static let randomOperators: Set<String> = [
    "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform",
    "RandomUniformLike",
  ]

  /// Whether a node of an operator that Ferry knows computes the same whenever its inputs are.
  func isDeterministic(_ node: NodeID) -> Bool {
    let id = self[node].operatorID
    guard OperatorRegistry.standard[id] != nil else { return false }
    guard id.domain.isEmpty else { return !self[node].isGradient }
    if id.name == "Dropout" { return input(2, of: node) == nil }
    return !Self.randomOperators.contains(id.name)
  }

  /// Whether the graph asks for derivatives, which name values: what is renamed or removed would
  /// be missed.
  var asksForGradients: Bool { nodesInExecutionOrder().contains { self[$0].isGradient } }
}
