import IR

/// How an operator takes part in reverse-mode differentiation.
enum DifferentiationRule: Sendable {
  /// The gradients of its inputs follow from those of its outputs.
  case gradient(Rewrite)
  /// Its outputs are computed by operators that have rules themselves.
  case decomposition(Rewrite)
  /// Its outputs do not follow small changes of its inputs.
  case constant

  /// Adds nodes, and returns the gradients of the inputs, or the outputs, in their order.
  ///
  /// A gradient that is nil is not known; that is an error where it is needed.
  typealias Rewrite =
    @Sendable (DifferentiatedNode, GradientBuilder) throws(OperatorError) -> [ValueID?]
}

/// A node on the way from the variables to the result, and what is known of it.
struct DifferentiatedNode {
  let node: Node
  let inputs: [ValueID?]
  /// What the node computes; empty in a decomposition.
  var outputs: [ValueID?] = []
  /// The gradients of the outputs; nil for one that the result does not depend on.
  var gradients: [ValueID?] = []

  /// Returns an input that the node must have.
  func input(_ index: Int) throws(OperatorError) -> ValueID {
    guard let value = optionalInput(index) else {
      throw OperatorError(.missingInput, "input \(index) is missing")
    }
    return value
  }

  /// Returns an input, or nil when it is left out.
  func optionalInput(_ index: Int) -> ValueID? { index < inputs.count ? inputs[index] : nil }

  /// Returns the first output.
  func output() throws(OperatorError) -> ValueID {
    guard let value = outputs.first ?? nil else {
      throw OperatorError(.wrongOutputCount, "the node has no outputs")
    }
    return value
  }

  /// Returns the gradient of the first output.
  func gradient() throws(OperatorError) -> ValueID {
    guard let value = gradients.first ?? nil else {
      throw OperatorError(.unsupported, "only the first output can be differentiated")
    }
    return value
  }

  /// Returns the value of an attribute, or its default.
  func value<Value>(of key: AttributeKey<Value>) throws(OperatorError) -> Value {
    try node.attributes.value(of: key)
  }

  /// Returns the value of an attribute, or nil when it is left out.
  func value<Value>(of key: OptionalAttributeKey<Value>) throws(OperatorError) -> Value? {
    try node.attributes.value(of: key)
  }
}

/// The rules for some operators of the default operator set, by name.
struct DifferentiationRules: Sendable {
  private(set) var rules: [String: DifferentiationRule]

  init(_ rules: [String: DifferentiationRule]) { self.rules = rules }

  private init(joining parts: [DifferentiationRules]) {
    rules = parts.reduce(into: [:]) { $0.merge($1.rules) { first, _ in first } }
  }

  subscript(id: OperatorID) -> DifferentiationRule? { id.domain.isEmpty ? rules[id.name] : nil }

  /// Every rule of this version.
  static let standard = DifferentiationRules(joining: [
    .arithmetic, .constants, .decompositions, .elementwise, .losses, .matrices, .movement,
    .reductions, .windows,
  ])
}
