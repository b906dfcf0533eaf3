extension Coverage {
  /// What was exercised of a model, for reports.
  public struct Summary: Hashable, Sendable, Codable {
    /// A condition or a loop.
    public struct Control: Hashable, Sendable, Codable {
      public let node: String
      public let `operator`: String
      /// What was executed: `then`, `else`, `no step`, `one step`, `many steps`.
      public let reached: [String]
      /// What was not, although the graph allows it.
      public let missing: [String]
    }

    /// The range of a quantizer or of a clip.
    public struct Range: Hashable, Sendable, Codable {
      public let node: String
      public let `operator`: String
      public let low: Double?
      public let high: Double?
      /// The part of the range that numbers were seen in, from the least to the greatest.
      public let share: Double?
      /// Whether a number met or passed the low end.
      public let reachesLow: Bool?
      /// Whether a number met or passed the high end.
      public let reachesHigh: Bool?
    }

    public let controls: [Control]
    public let ranges: [Range]

    /// The branches, loop lengths and ends of ranges that were exercised.
    public let exercisedCount: Int

    /// All of them.
    public let goalCount: Int

    /// What was not exercised, as `node: what`.
    public let missing: [String]
  }

  /// What was exercised so far.
  public var summary: Summary {
    let missing =
      controls.flatMap { control in control.missing.map { "\(control.node): \($0.rawValue)" } }
      + ranges.flatMap { range in
        (range.reachesLow == false ? ["\(range.node): low end"] : [])
          + (range.reachesHigh == false ? ["\(range.node): high end"] : [])
      }
    let goalCount =
      controls.reduce(0) { $0 + $1.goals.count }
      + ranges.reduce(0) { $0 + ($1.low == nil ? 0 : 1) + ($1.high == nil ? 0 : 1) }
    return Summary(
      controls: controls.map(Summary.Control.init), ranges: ranges.map(Summary.Range.init),
      exercisedCount: goalCount - missing.count, goalCount: goalCount, missing: missing)
  }
}

extension Coverage.Summary {
  /// The exercised part of all; 1 where there is nothing to exercise.
  public var share: Double { goalCount == 0 ? 1 : Double(exercisedCount) / Double(goalCount) }
}

extension Coverage.Summary.Control {
  init(_ control: ControlCoverage) {
    node = control.node
    `operator` = control.operatorName
    reached = ControlCoverage.Goal.allCases.filter(control.reached.contains).map(\.rawValue)
    missing = control.missing.map(\.rawValue)
  }
}

extension Coverage.Summary.Range {
  init(_ range: RangeCoverage) {
    node = range.node
    `operator` = range.operatorName
    low = range.low
    high = range.high
    share = range.share
    reachesLow = range.reachesLow
    reachesHigh = range.reachesHigh
  }
}
