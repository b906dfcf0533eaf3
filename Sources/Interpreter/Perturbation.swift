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

  public init(seed: UInt64, units: Double) {
    self.seed = seed
    self.units = units
  }

  /// Returns a number near `value`; zeros, whole numbers and what is not finite are kept, for these
  /// are nearly always exact.
  func apply(to value: Double, unitRoundoff: Double) -> Double {
    guard value.isFinite, value != value.rounded(.towardZero) else { return value }
    var hash = (value.bitPattern ^ seed) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ (hash >> 32)) &* 0x94d0_49bb_1331_11eb
    let unit = Double(Int64(bitPattern: hash ^ (hash >> 29)) >> 10) * 0x1p-53
    return value * (1 + 2 * unit * units * 2 * unitRoundoff)
  }
}

extension RuntimeValue {
  /// Returns the value with its floating-point numbers perturbed.
  func perturbed(by perturbation: Perturbation) -> RuntimeValue {
    switch self {
    case .tensor(let tensor):
      let roundoff = tensor.elementType.unitRoundoff
      guard roundoff > 0 else { return self }
      let wide = tensor.converted(to: .float64).scalars(of: Double.self)
      let numbers = wide.map { perturbation.apply(to: $0, unitRoundoff: roundoff) }
      let changed = Tensor(shape: tensor.shape, scalars: numbers)
      return .tensor(changed.converted(to: tensor.elementType))
    case .sequence(let elements): return .sequence(elements.map { $0.perturbed(by: perturbation) })
    case .optional(let content): return .optional(content?.perturbed(by: perturbation))
    case .map(let keys, let values):
      return .map(keys: keys, values: values.map { $0.perturbed(by: perturbation) })
    }
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

  /// Whether a node of an operator computes numbers itself.
  static func isRounding(_ node: Node, action: Action, hasBlocks: Bool) -> Bool {
    guard case .evaluate = action, !hasBlocks else { return false }
    return !(node.operatorID.domain.isEmpty && selecting.contains(node.operatorID.name))
  }
}
