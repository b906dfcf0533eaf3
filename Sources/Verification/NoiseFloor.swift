import Tensors

/// What rounding alone makes of the outputs of a model on one sample: the distance between its
/// execution in the types that it declares and the one in 64 bits.
struct NoiseFloor {
  /// The outputs of the execution in 64 bits.
  private let exact: Verifier.Outputs
  /// The largest distance of each output, by name.
  private let noise: [String: Double]

  /// How many times the noise counts as rounding: sums formed in another order round elsewhere.
  private static let factor = 8.0

  /// How many units in the last place of the largest number count as rounding at least.
  private static let units = 64.0

  /// Measures the noise of outputs against those computed in 64 bits.
  init(of outputs: Verifier.Outputs, exact: Verifier.Outputs) {
    self.exact = exact
    var noise: [String: Double] = [:]
    for (name, value) in outputs {
      guard let value = value.tensor, let wide = exact[name]?.tensor else { continue }
      noise[name] = TensorComparison(of: value, to: wide).maxAbsoluteError
    }
    self.noise = noise
  }

  /// Returns why an output is further from the exact one than rounding takes it, or nil.
  ///
  /// Outputs that are no floating-point tensors are not judged here.
  func violation(_ name: String, _ value: Tensor) -> String? {
    guard let wide = exact[name]?.tensor, value.elementType.isFloatingPoint else { return nil }
    let comparison = TensorComparison(of: value, to: wide)
    guard comparison.isComparable else { return "\(name) has another shape" }
    let scale = wide.largestMagnitude * value.elementType.unitRoundoff
    let bound = Self.factor * (noise[name] ?? 0) + Self.units * scale
    guard comparison.maxAbsoluteError > bound else { return nil }
    return "\(name) is \(comparison.maxAbsoluteError) from the exact result, "
      + "rounding explains \(bound)"
  }
}

extension Tensor {
  /// The largest magnitude of finite elements.
  fileprivate var largestMagnitude: Double {
    converted(to: .float64).withScalars(of: Double.self) { elements in
      elements.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    }
  }
}

extension ElementType {
  /// Half the distance from 1 to the next larger number.
  fileprivate var unitRoundoff: Double {
    switch self {
    case .float64: 0x1p-53
    case .float32: 0x1p-24
    case .float16: 0x1p-11
    case .bfloat16: 0x1p-8
    default: 0x1p-3
    }
  }
}
