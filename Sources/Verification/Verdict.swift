/// What a comparison says of an output.
public enum Verdict: String, Hashable, Sendable, Codable, Comparable, CaseIterable {
  /// Type, shape and every bit agree.
  case identical
  /// What differs is explained by rounding, or is within the tolerance that was asked for.
  case withinRounding = "within rounding"
  /// The difference is larger than that, and within the budget of what was meant to lose precision.
  case withinBudget = "quantization loss within budget"
  /// Something else is computed.
  case semanticChange = "semantic change"

  private var severity: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Whether the left verdict is the better one.
  public static func < (left: Verdict, right: Verdict) -> Bool { left.severity < right.severity }
}
