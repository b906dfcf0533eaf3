import IR
import Tensors

/// A kernel that is written once for all integers of 8 to 64 bits.
protocol IntegerKernel: SendableMetatype {
  /// Computes the outputs; inputs of the first input's type are tensors of `Scalar`.
  static func evaluate<Scalar: NumericScalar & FixedWidthInteger>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor]
}

/// Returns a kernel for every integer type, chosen by the first input.
func integer<Kernel: IntegerKernel>(_ kernel: Kernel.Type) -> OperatorDefinition.Kernel {
  { context throws(OperatorError) in
    let outputs =
      switch try context.tensor(0).elementType {
      case .int8: try Kernel.evaluate(context, in: Int8.self)
      case .int16: try Kernel.evaluate(context, in: Int16.self)
      case .int32: try Kernel.evaluate(context, in: Int32.self)
      case .int64: try Kernel.evaluate(context, in: Int64.self)
      case .uint8: try Kernel.evaluate(context, in: UInt8.self)
      case .uint16: try Kernel.evaluate(context, in: UInt16.self)
      case .uint32: try Kernel.evaluate(context, in: UInt32.self)
      case .uint64: try Kernel.evaluate(context, in: UInt64.self)
      case let other:
        throw OperatorError(.invalidType, "\(context.node.operatorID.name) takes no \(other)")
      }
    return outputs.map { .tensor($0) }
  }
}
