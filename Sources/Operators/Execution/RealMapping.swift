import Tensors

/// A function of a real number, computed in 64 bits and rounded once to the type of the tensor.
typealias RealFunction = @Sendable (Double) -> Double

extension Tensor {
  /// Returns a tensor of the same shape and floating-point type whose elements are transformed.
  ///
  /// Types below 32 bits are widened to float32 and the results rounded back.
  ///
  /// - Precondition: the elements are floating-point numbers.
  func mappedReal(_ function: @escaping RealFunction) -> Tensor {
    switch elementType {
    case .float64: mapped(self, by: RealTransform<Double>(function: function))
    case .float32: mapped(self, by: RealTransform<Float>(function: function))
    default: converted(to: .float32).mappedReal(function).converted(to: elementType)
    }
  }
}

private struct RealTransform<Scalar: RealScalar>: ElementFunction {
  let function: RealFunction

  @inline(__always)
  func callAsFunction(_ x: Scalar) -> Scalar { Scalar(function(x.double)) }
}

extension KernelContext {
  /// Returns the context with another tensor for one input.
  func replacingInput(_ index: Int, with tensor: Tensor) -> KernelContext {
    var context = self
    context.inputs[index] = .tensor(tensor)
    return context
  }
}
