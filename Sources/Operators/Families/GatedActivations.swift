import IR
import Tensors

extension OperatorFamily {
  /// Activations of one tensor that scale another.
  static let gatedActivations = OperatorFamily("gated activations", [.swiGLU])
}

private enum SwiGLU: RealKernel {
  static let alpha = AttributeKey<Float>("alpha", default: 1)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (gate, values) = (try context.tensor(0), try context.tensor(1))
    try check(Shape(gate.shape), Shape(values.shape))
    let alpha = Double(try context.value(of: alpha))
    // The gate is an operator of its own, `Swish`, and rounds as one.
    let swish = gate.mappedReal { $0 * Double.sigmoid(alpha * $0) }.rounded(to: context.narrowType)
    return [
      try combined(swish, values, as: Scalar.self, into: Scalar.self, in: context) { $0 * $1 }
    ]
  }

  static func check(_ gate: Shape, _ values: Shape) throws(OperatorError) {
    guard gate.agrees(with: values) else {
      throw OperatorError(
        .incompatibleShapes, "A of the shape \(gate) gates B of \(values)",
        remedy: "both must have the same shape")
    }
  }
}

extension OperatorDefinition {
  /// Multiplies one tensor with `Swish` of another.
  fileprivate static let swiGLU = OperatorDefinition(
    OperatorSchema(
      "SwiGLU", versions: [28], inputs: [.required("A", "T"), .required("B", "T")],
      outputs: [.required("Y", "T")], attributes: [SwiGLU.alpha.declaration],
      constraints: ["T": .tensors(.floats)]),
    inferTypes: { context throws(OperatorError) in
      guard let gate = context.shape(0), let values = context.shape(1) else {
        return [.tensor(context.elementType(0), context.shape(0) ?? context.shape(1))]
      }
      try SwiGLU.check(gate, values)
      return [.tensor(context.elementType(0), gate.completed(by: values))]
    },
    evaluate: real(SwiGLU.self))
}
