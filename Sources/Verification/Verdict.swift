/// What a comparison says of an output.
public enum Verdict: String, Hashable, Sendable, Codable, Comparable {
  /// Type, shape and every bit agree.
  case identical
  /// Every element is within the tolerance.
  case withinTolerance = "within tolerance"
  /// Some element is outside of the tolerance, or the shapes differ.
  case different

  private var severity: Int {
    switch self {
    case .identical: 0
    case .withinTolerance: 1
    case .different: 2
    }
  }

  /// Whether the left verdict is the better one.
  public static func < (left: Verdict, right: Verdict) -> Bool { left.severity < right.severity }
}
