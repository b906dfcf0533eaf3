/// What a pass promises about the outputs of the models that it rewrites.
public enum NumericalContract: Hashable, Sendable {
  /// Every output keeps every bit in the reference interpreter.
  case exact

  /// Outputs change by rounding alone: sums and products are formed in another order.
  case reassociating

  /// Outputs change by more than rounding; `budget` is the largest root mean square of the change
  /// that is allowed, in proportion to that of the output.
  case lossy(budget: Double)
}

extension NumericalContract {
  /// Whether more than rounding may change.
  public var isLossy: Bool {
    if case .lossy = self { true } else { false }
  }

  /// What holds when one pass after the other keeps its contract.
  public static func + (left: NumericalContract, right: NumericalContract) -> NumericalContract {
    switch (left, right) {
    case (.lossy(let first), .lossy(let second)): .lossy(budget: first + second)
    case (.lossy, _), (.reassociating, .exact), (.reassociating, .reassociating): left
    case (.exact, _), (.reassociating, .lossy): right
    }
  }
}

extension NumericalContract: CustomStringConvertible {
  /// The contract as reports write it: `exact`, `reassociating` or `lossy(0.01)`.
  public var description: String {
    switch self {
    case .exact: "exact"
    case .reassociating: "reassociating"
    case .lossy(let budget): "lossy(\(budget))"
    }
  }
}
