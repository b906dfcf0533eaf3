import Tensors

/// Returns a kernel for operators whose floating-point inputs and outputs may differ in type.
///
/// All is computed in 64 bits when an input has them and in 32 otherwise; then each output is
/// rounded once to the type that `outputTypes` returns for it.
func real<Kernel: RealKernel>(
  _ kernel: Kernel.Type,
  outputTypes: @escaping @Sendable (borrowing KernelContext) throws(OperatorError) -> [ElementType]
) -> OperatorDefinition.Kernel {
  { context throws(OperatorError) in
    let isWide = context.inputs.contains { $0?.tensor?.elementType == .float64 }
    let types = try outputTypes(context)
    let widened = context.withFloatingInputs(convertedTo: isWide ? .float64 : .float32)
    let outputs =
      isWide
      ? try Kernel.evaluate(widened, in: Double.self) : try Kernel.evaluate(widened, in: Float.self)
    return zip(outputs, types).map { .tensor($0.converted(to: $1)) }
  }
}
