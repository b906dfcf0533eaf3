import Tensors

/// A function of a real number, computed in 64 bits and rounded once to the type of the tensor.
typealias RealFunction = @Sendable (Double) -> Double

extension Tensor {
  /// Returns a tensor of the same shape and floating-point type whose elements are transformed.
  ///
  /// Types below 32 bits are widened to float32 and the results rounded back.
  ///
  /// - Precondition: the elements are floating-point numbers.
  func mappedReal(_ function: RealFunction) -> Tensor {
    switch elementType {
    case .float64: mapped(self, from: Double.self, to: Double.self) { function($0) }
    case .float32:
      mapped(self, from: Float.self, to: Float.self) { Float(function(Double($0))) }
    default: converted(to: .float32).mappedReal(function).converted(to: elementType)
    }
  }
}

extension KernelContext {
  /// Returns the context with another tensor for one input.
  func replacingInput(_ index: Int, with tensor: Tensor) -> KernelContext {
    var context = self
    context.inputs[index] = .tensor(tensor)
    return context
  }
}
