import Tensors

/// Looks for the sample on which two models differ most.
///
/// An evolution strategy: from the best sample so far come eight children by random moves, and the
/// best of these takes its place unless it is worse. When that leads no further, the search goes on
/// from other samples or from random ones. Values stay within their ranges, whole numbers whole, and
/// shapes those of the samples that it starts from. For a seed and a number of evaluations the
/// course is always the same.
public struct DivergenceSearch {
  /// Measures how far two models are apart on a sample: 1 is as far as rounding takes them.
  public typealias Divergence = (Sample) throws -> Double

  /// What a search found.
  public struct Result: Sendable {
    /// The sample with the largest divergence.
    public var sample: Sample
    public var divergence: Double
    /// The number of samples that were measured.
    public var evaluationCount: Int
  }

  private let starts: [SearchCandidate]
  private var moves: SearchMoves

  /// Prepares a search that starts from some samples.
  ///
  /// Inputs that are no tensors of real numbers, that hold integers no double has, or that `ranges`
  /// lacks, stay as they are.
  public init(from samples: [Sample], ranges: [String: InputRange], seed: UInt64 = 0) {
    starts = samples.map { SearchCandidate($0, ranges: ranges) }
    moves = SearchMoves(seed: seed, others: starts)
  }

  /// Searches while `shouldContinue` holds, which is given the number of evaluations so far.
  ///
  /// - Returns: The best sample, or nil when none was measured. A divergence that is no number
  ///   counts as none.
  public mutating func run(
    while shouldContinue: (Int) -> Bool, measuring divergence: Divergence
  ) throws -> Result? {
    var course = Course()
    func measure(_ candidate: SearchCandidate, _ name: String? = nil) throws -> Measured? {
      guard shouldContinue(course.count) else { return nil }
      return try course.measure(candidate, name, divergence)
    }
    for start in starts { _ = try measure(start, start.sample.name) }
    guard var parent = course.best, starts.contains(where: \.isMutable) else {
      return course.result
    }
    var idleRounds = 0
    var restarts = 0
    while shouldContinue(course.count) {
      if idleRounds == Self.patience {
        idleRounds = 0
        restarts += 1
        // Every other time back to the best one.
        let next = restarts.isMultiple(of: 2) ? course.best : try measure(moves.randomCandidate())
        parent = next ?? parent
      }
      var leader: Measured?
      for _ in 0..<Self.childCount {
        guard let child = try measure(moves.child(of: parent.candidate)) else { break }
        if child.divergence > leader?.divergence ?? -.infinity { leader = child }
      }
      idleRounds += 1
      guard let leader, leader.divergence >= parent.divergence else { continue }
      if leader.divergence > parent.divergence { idleRounds = 0 }
      // Sideways steps lead over plateaus.
      parent = leader
    }
    return course.result
  }

  /// The children of one round.
  private static let childCount = 8

  /// The rounds without progress after which the search goes on elsewhere.
  private static let patience = 6
}

/// A candidate with what was measured on it; minus infinity where that was no number.
private struct Measured {
  var candidate: SearchCandidate
  var divergence: Double
}

/// The measurements of one search.
private struct Course {
  private(set) var best: Measured?
  private(set) var result: DivergenceSearch.Result?
  private(set) var count = 0

  /// Measures a candidate and keeps it where it is the best.
  mutating func measure(
    _ candidate: SearchCandidate, _ name: String?, _ divergence: DivergenceSearch.Divergence
  ) throws -> Measured {
    var sample = candidate.sample
    count += 1
    sample.name = name ?? "search \(count)"
    let figure = try divergence(sample)
    let measured = Measured(
      candidate: candidate, divergence: figure.isNaN ? -.infinity : figure)
    if best.map({ measured.divergence > $0.divergence }) ?? true {
      best = measured
      result = DivergenceSearch.Result(
        sample: sample, divergence: figure.isNaN ? 0 : figure, evaluationCount: count)
    }
    result?.evaluationCount = count
    return measured
  }
}
