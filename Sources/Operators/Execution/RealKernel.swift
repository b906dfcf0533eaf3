import Tensors

/// A kernel that is written once for floating-point numbers of 32 and 64 bits.
protocol RealKernel: SendableMetatype {
  /// Computes the outputs; floating-point inputs are tensors of `Scalar`.
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor]
}

/// Returns a kernel for every floating-point type.
///
/// Types below 32 bits are widened to float32 and the results rounded back, once an operator; a
/// kernel whose steps round as well does that itself (see ``Rounding``).
func real<Kernel: RealKernel>(_ kernel: Kernel.Type) -> OperatorDefinition.Kernel {
  { context throws(OperatorError) in
    let declared = context.firstFloatingType
    let working: ElementType = declared == .float64 ? .float64 : .float32
    let widened = context.withFloatingInputs(convertedTo: working)
    let outputs =
      working == .float64
      ? try Kernel.evaluate(widened, in: Double.self) : try Kernel.evaluate(widened, in: Float.self)
    guard let declared, declared != working else { return outputs.map { .tensor($0) } }
    return outputs.map { output in
      .tensor(output.elementType == working ? output.converted(to: declared) : output)
    }
  }
}

extension KernelContext {
  /// The type of the first input that is a tensor of floating-point numbers.
  var firstFloatingType: ElementType? {
    for input in inputs {
      if let type = input?.tensor?.elementType, type.isFloatingPoint { return type }
    }
    return nil
  }

  /// Returns the context with every tensor of floating-point numbers converted.
  func withFloatingInputs(convertedTo type: ElementType) -> KernelContext {
    var context = self
    context.narrowType = firstFloatingType == type ? nil : firstFloatingType
    for (index, input) in inputs.enumerated() {
      guard let tensor = input?.tensor, tensor.elementType.isFloatingPoint,
        tensor.elementType != type
      else { continue }
      context.inputs[index] = .tensor(tensor.converted(to: type))
    }
    return context
  }
}
