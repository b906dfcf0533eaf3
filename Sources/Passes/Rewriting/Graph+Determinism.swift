import IR
import Operators
import Tensors

extension OperatorID {
  private static let randomOperators: Set<String> = [
    "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform",
    "RandomUniformLike",
  ]

  /// Whether Ferry knows the operator and its nodes compute the same whenever their inputs are; those
  /// of Dropout do so out of training.
  var isDeterministic: Bool {
    OperatorRegistry.standard.contains(self) && !isGradient
      && !(domain.isEmpty && Self.randomOperators.contains(name))
  }
}

extension Graph {
  /// Whether a node of an operator that Ferry knows computes the same whenever its inputs are.
  func isDeterministic(_ node: NodeID) -> Bool {
    self[node].operatorID.isDeterministic && !mayDropOut(node)
  }

  /// Whether a node is a Dropout that may be in training.
  func mayDropOut(_ node: NodeID) -> Bool {
    isStandard(node, "Dropout") && input(2, of: node) != nil
  }

  /// Whether the graph asks for derivatives, which name values: what is renamed or removed would
  /// be missed.
  var asksForGradients: Bool { operatorsInUse.contains(where: \.isGradient) }
}
