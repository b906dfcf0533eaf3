import IR
import Tensors

/// Finds the part of a candidate that is to blame for a difference.
struct BrokenPartSearch {
  private let models: SegmentedModels
  private let sample: Sample
  private let execute: Reducer.Execute
  /// The number of parts that differ when they are executed on the reference's values.
  private(set) var brokenCount = 0

  /// How often pairs are given up before the models are compared in larger parts.
  private static let roundLimit = 8

  init(
    _ reference: Model, _ candidate: Model, _ sample: Sample, execute: @escaping Reducer.Execute
  ) {
    models = SegmentedModels(reference, candidate)
    self.sample = sample
    self.execute = execute
  }

  /// Returns the two parts that differ most, of models that differ as a whole.
  ///
  /// Where no part differs by itself, it looks at parts twice as long, and so on: errors too small
  /// to be seen may add up.
  mutating func worstPart(whole difference: Difference) throws -> Reproducer? {
    var alignment = ValueAlignment(models.reference.graph, models.candidate.graph)
    let outputs = Set(models.reference.graph.outputs)
    while true {
      if let part = try worstPart(&alignment, outputs) { return part }
      let inner = alignment.pairs.count { !outputs.contains($0.reference) }
      guard inner > 0 else {
        return models.whole(alignment).map { whole in
          reproducer(BrokenSegment(segment: whole, sample: sample, difference: difference))
        }
      }
      var isKept = true
      alignment.filter { pair in
        guard !outputs.contains(pair.reference) else { return true }
        isKept.toggle()
        return isKept
      }
    }
  }

  /// Looks between the pairs of an alignment, and gives up those that only their names pair.
  private mutating func worstPart(
    _ alignment: inout ValueAlignment, _ outputs: Set<ValueID>
  ) throws -> Reproducer? {
    var suspect: BrokenSegment?
    for _ in 0..<Self.roundLimit {
      let segments = models.segments(between: alignment)
      let execution = try IsolatedExecution(of: segments, models, on: sample, execute: execute)
      // When nothing else explains it, a difference that seemed to heal may be hidden: by a mask of
      // huge numbers for example, beside which others count as rounding.
      guard let worst = execution.worst.first else { return suspect.map(reproducer) }
      brokenCount = execution.brokenCount
      suspect = suspect ?? worst
      var mispaired: Set<ValueID> = []
      for broken in execution.worst {
        // What is given another value than the one it was meant for differs for that reason alone.
        let suspects = execution.worst.filter { broken.segment.reads(from: $0.segment) } + [broken]
        for suspect in suspects
        where try heals(suspect.segment, among: segments, alignment, outputs) {
          mispaired.formUnion(suspect.segment.targets.map(\.reference))
        }
        if mispaired.isEmpty { return reproducer(broken) }
      }
      alignment.filter { !mispaired.contains($0.reference) }
    }
    return suspect.map(reproducer)
  }

  /// Whether what follows a segment computes what the reference does when the candidate makes the
  /// segment's values itself: then they were never meant to be the same.
  private func heals(
    _ segment: Segment, among segments: [Segment], _ alignment: ValueAlignment,
    _ outputs: Set<ValueID>
  ) throws -> Bool {
    let targets = Set(segment.targets.map(\.reference))
    guard outputs.isDisjoint(with: targets) else { return false }
    let followers = segments.filter { $0.reads(from: segment) }
    var merged = alignment
    merged.filter { !targets.contains($0.reference) }
    let ends = Set(followers.flatMap { $0.targets.map(\.reference) })
    let joined = models.segments(between: merged).filter { joined in
      joined.targets.contains { ends.contains($0.reference) }
    }
    guard !joined.isEmpty else { return false }
    return try IsolatedExecution(of: joined, models, on: sample, execute: execute).brokenCount == 0
  }

  private func reproducer(_ broken: BrokenSegment) -> Reproducer {
    Reproducer(
      reference: models.reference(of: broken.segment),
      candidate: models.candidate(of: broken.segment), sample: broken.sample,
      difference: broken.difference)
  }
}
