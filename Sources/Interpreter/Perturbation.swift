import IR
import Operators
import Tensors

/// A change of every rounded result by a few units in the last place, which shows how much of a
/// difference between two executions rounding can explain, decisions that it flips included.
///
/// Monte Carlo arithmetic (Parker, Monte Carlo arithmetic: exploiting randomness in floating-point
/// arithmetic, 1997), drawn from each number instead of anew: equal numbers stay equal, so that a
/// model may still compare what it has copied.
public struct Perturbation: Hashable, Sendable {
  public var seed: UInt64
  /// The largest change, in units in the last place.
  public var units: Double
  /// The way in which all sums are moved by the largest change, and nothing else is; nil moves each
  /// number its own way.
  public var direction: FloatingPointSign?

  public init(seed: UInt64, units: Double, direction: FloatingPointSign? = nil) {
    self.seed = seed
    self.units = units
    self.direction = direction
  }

  /// Returns a number near `value`, moved in proportion to `magnitude`; of a zero the sign.
  ///
  /// Which zero a sum or product gives hangs on the order and the signs of what it is made of.
  func apply(to value: Double, inProportionTo magnitude: Double, unitRoundoff: Double) -> Double {
    guard value.isFinite, magnitude.isFinite else { return value }
    guard value != 0 || magnitude != 0 else { return part(for: 0) < 0 ? -0.0 : 0 }
    // Formats of few bits round by so much that one unit is plenty.
    let limit = unitRoundoff < 0x1p-11 ? units : min(1, units)
    return value + magnitude * part(for: value) * limit * 2 * unitRoundoff
  }

  /// The part of the largest change that a number is moved by, between -1 and 1.
  private func part(for value: Double) -> Double {
    if let direction { return direction == .plus ? 1 : -1 }
    var hash = (value.bitPattern ^ seed) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ (hash >> 32)) &* 0x94d0_49bb_1331_11eb
    return Double(Int64(bitPattern: hash ^ (hash >> 29)) >> 10) * 0x1p-53
  }
}

extension RuntimeValue {
  /// Returns the value with its floating-point numbers perturbed in proportion to other ones.
  ///
  /// Without these each is moved in proportion to itself, but for whole numbers, which are nearly
  /// always exact.
  func perturbed(
    by perturbation: Perturbation, inProportionTo magnitudes: RuntimeValue?
  ) -> RuntimeValue {
    switch self {
    case .tensor(let tensor):
      .tensor(tensor.perturbed(by: perturbation, inProportionTo: magnitudes?.tensor))
    case .sequence(let elements):
      .sequence(elements.map { $0.perturbed(by: perturbation, inProportionTo: nil) })
    case .optional(let content):
      .optional(content?.perturbed(by: perturbation, inProportionTo: nil))
    case .map(let keys, let values):
      .map(keys: keys, values: values.map { $0.perturbed(by: perturbation, inProportionTo: nil) })
    }
  }

  /// The value with the magnitudes of its floating-point numbers.
  var magnitudes: RuntimeValue {
    guard let tensor, tensor.elementType.isFloatingPoint else { return self }
    return .tensor(tensor.mapped { _, value in abs(value) })
  }
}

extension Tensor {
  fileprivate func perturbed(
    by perturbation: Perturbation, inProportionTo magnitudes: Tensor?
  ) -> Tensor {
    let roundoff = elementType.unitRoundoff
    guard elementType.isFloatingPoint else { return self }
    guard let magnitudes, magnitudes.shape == shape, magnitudes.elementType == elementType else {
      return mapped { _, value in
        guard value == 0 || value != value.rounded(.towardZero) else { return value }
        return perturbation.apply(to: value, inProportionTo: value, unitRoundoff: roundoff)
      }
    }
    let sizes = magnitudes.converted(to: .float64).scalars(of: Double.self)
    return mapped { index, value in
      perturbation.apply(to: value, inProportionTo: abs(sizes[index]), unitRoundoff: roundoff)
    }
  }

  /// Returns the tensor with other numbers, rounded to its type.
  fileprivate func mapped(_ change: (Int, Double) -> Double) -> Tensor {
    let numbers = converted(to: .float64).scalars(of: Double.self).enumerated().map(change)
    return Tensor(shape: shape, scalars: numbers).converted(to: elementType)
  }
}

extension ExecutionStep {
  /// Operators of the standard whose results are numbers that they are given.
  private static let selecting: Set<String> = [
    "Abs", "Clip", "Compress", "Concat", "DepthToSpace", "Dropout", "Expand", "Flatten", "Gather",
    "GatherElements", "GatherND", "GlobalMaxPool", "Identity", "Max", "MaxPool", "Min", "Neg",
    "Pad", "ReduceMax", "ReduceMin", "Relu", "Reshape", "ReverseSequence", "ScatterElements",
    "ScatterND",
    "Slice", "SpaceToDepth", "Split", "Squeeze", "Tile", "TopK", "Transpose", "Trilu", "Unsqueeze",
    "Where",
  ]

  /// Operators of the standard whose results are sums: what rounding does to these is in proportion
  /// to the magnitudes of what is added, whatever is left of them.
  private static let summing: Set<String> = [
    "Add", "AveragePool", "Conv", "ConvTranspose", "Einsum", "Gemm", "GlobalAveragePool", "MatMul",
    "Mean", "ReduceMean", "ReduceSum", "Sum",
  ]

  /// Whether a node adds numbers or products.
  static func isSum(_ node: Node) -> Bool {
    node.operatorID.domain.isEmpty && summing.contains(node.operatorID.name)
  }

  /// Whether a node of an operator computes numbers itself.
  static func isRounding(_ node: Node, action: Action, hasBlocks: Bool) -> Bool {
    guard case .evaluate = action, !hasBlocks else { return false }
    return !(node.operatorID.domain.isEmpty && selecting.contains(node.operatorID.name))
  }
}
