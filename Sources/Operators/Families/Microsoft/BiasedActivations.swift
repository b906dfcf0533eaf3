import IR
import Tensors

extension OperatorFamily {
  /// Smooth activations of transformers, with the sums before them.
  static let biasedActivations = OperatorFamily(
    "biased activations",
    [.gelu, .biasGelu, .fastGelu, .quickGelu, .biasAdd, .biasSplitGelu])
}

/// `x · Φ(x)` with Φ the distribution function of the normal distribution.
private enum Gelu: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    [try c("Gelu", c.input(0))]
  }
}

/// `Gelu` of a sum.
private enum BiasGelu: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    [try c("Gelu", c("Add", c.input(0), c.input(1)))]
  }
}

/// `Gelu` by way of the hyperbolic tangent, of a sum if there is a second operand.
private enum FastGelu: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    var sum = try c.input(0)
    if let bias = try c.optionalInput(1) { sum = try c("Add", sum, bias) }
    return [try c("Gelu", sum, with: ["approximate": .string("tanh")])]
  }
}

/// `x · sigmoid(alpha · x)`.
private enum QuickGelu: ComposedOperator {
  static let alpha = AttributeKey<Float>("alpha", default: 1.702)

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    [try c("Swish", c.input(0), with: ["alpha": .float(c.value(of: alpha))])]
  }
}

/// The sum of three.
private enum BiasAdd: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    [try c("Add", c("Add", c.input(0), c.input(1)), c.input(2))]
  }
}

/// The left half of a sum times the `Gelu` of its right half.
private enum BiasSplitGelu: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let sum = try c("Add", c.input(0), c.input(1))
    let halves = try c.outputs(
      of: "Split", [sum], ["axis": .int(-1), "num_outputs": .int(2)], count: 2)
    return [try c("Mul", halves[0], c("Gelu", halves[1]))]
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  fileprivate static let gelu = OperatorDefinition(
    OperatorSchema(
      "Gelu", domain: microsoft, versions: [1], inputs: [.required("X", "T")],
      outputs: [.required("Y", "T")], constraints: ["T": .tensors(.floats)]),
    composedAs: Gelu.self)

  fileprivate static let biasGelu = OperatorDefinition(
    OperatorSchema(
      "BiasGelu", domain: microsoft, versions: [1],
      inputs: [.required("A", "T"), .required("B", "T")], outputs: [.required("C", "T")],
      constraints: ["T": .tensors(.floats)]),
    composedAs: BiasGelu.self)

  fileprivate static let fastGelu = OperatorDefinition(
    OperatorSchema(
      "FastGelu", domain: microsoft, versions: [1],
      inputs: [.required("X", "T"), .optional("bias", "T")], outputs: [.required("Y", "T")],
      constraints: ["T": .tensors(.floats)]),
    composedAs: FastGelu.self)

  fileprivate static let quickGelu = OperatorDefinition(
    OperatorSchema(
      "QuickGelu", domain: microsoft, versions: [1], inputs: [.required("X", "T")],
      outputs: [.required("Y", "T")], attributes: [QuickGelu.alpha.declaration],
      constraints: ["T": .tensors(.floats)]),
    composedAs: QuickGelu.self)

  fileprivate static let biasAdd = OperatorDefinition(
    OperatorSchema(
      "BiasAdd", domain: microsoft, versions: [1],
      inputs: [.required("X", "T"), .required("bias", "T"), .required("skip", "T")],
      outputs: [.required("Y", "T")], constraints: ["T": .tensors(.singleOrHalf)]),
    composedAs: BiasAdd.self)

  fileprivate static let biasSplitGelu = OperatorDefinition(
    OperatorSchema(
      "BiasSplitGelu", domain: microsoft, versions: [1],
      inputs: [.required("X", "T"), .required("bias", "T")], outputs: [.required("Y", "T")],
      constraints: ["T": .tensors(.singleOrHalf)]),
    composedAs: BiasSplitGelu.self)
}
