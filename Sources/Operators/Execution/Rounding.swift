import Tensors

/// Rounds to the floating-point type that a step of an operator is defined in.
///
/// ONNX defines some operators as functions of others: `Softmax` is a maximum, a difference, an
/// exponential, a sum and a quotient. In types below 32 bits each of them rounds, and what they
/// give together is coarser than one rounding at the end: kernels of such operators, which compute
/// in 32 bits, round where the function does.
struct Rounding: Sendable {
  private enum Target {
    case none
    case float16
    case bfloat16
    case float32
  }

  private let target: Target

  /// Creates the rounding to a type; without one nothing is rounded.
  init(to type: ElementType?) {
    target =
      switch type {
      case .float16: .float16
      case .bfloat16: .bfloat16
      case .float32: .float32
      default: .none
      }
  }

  /// Returns the number of the type that is nearest to `value`.
  @inline(__always)
  func callAsFunction<Scalar: RealScalar>(_ value: Scalar) -> Scalar {
    switch target {
    case .none: value
    case .float16: Scalar(Float(widening: Float16(narrowing: Float(value))))
    case .bfloat16: Scalar(BFloat16(Float(value)).float)
    case .float32: Scalar(Float(value))
    }
  }
}

extension KernelContext {
  /// The rounding of the steps of a kernel that is given its inputs in more bits than they have.
  var rounding: Rounding { Rounding(to: narrowType) }
}

extension Tensor {
  /// Returns the tensor with its numbers rounded to another type; without one it is left as it is.
  func rounded(to type: ElementType?) -> Tensor {
    guard let type, type != elementType else { return self }
    return converted(to: type).converted(to: elementType)
  }
}
