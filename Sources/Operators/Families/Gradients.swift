import IR
import Tensors

extension OperatorFamily {
  /// Operators that differentiate a part of the graph around them.
  static let gradients = OperatorFamily("gradients", [.gradient])
}

extension OperatorDefinition {
  /// The gradients of the sum of one value by others.
  ///
  /// It has no kernel: `Graph.expandGradients` puts other operators in its place for execution.
  fileprivate static let gradient = OperatorDefinition(
    OperatorSchema(
      "Gradient", domain: "ai.onnx.preview.training", versions: [1],
      inputs: [.variadic("Inputs", "T1", isHomogeneous: false)],
      outputs: [.variadic("Outputs", "T2", isHomogeneous: false)],
      attributes: [
        DifferentiatedFunction.variables.declaration, DifferentiatedFunction.result.declaration,
        DifferentiatedFunction.parameters.declaration,
      ],
      constraints: ["T1": .tensors(.classic), "T2": .tensors(.ieeeFloats)]),
    inferTypes: { context throws(OperatorError) in
      let function = try DifferentiatedFunction(context.node.attributes)
      try function.check(inputs: context.inputs.count, outputs: context.outputCount)
      return function.variables.indices.map { InferredValue(context.type($0)) }
    },
    evaluate: { _ throws(OperatorError) in
      throw OperatorError(
        .unsupported, "a gradient is not computed outside of the graph that it differentiates")
    })
}
