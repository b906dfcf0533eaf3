import IR
import Operators
import Tensors

/// A part of a candidate that makes something else than the reference of the reference's values.
struct BrokenSegment {
  let segment: Segment
  let sample: Sample
  let difference: Difference
}

/// Executes a reference once and, beside it, each part of a candidate on the reference's values.
///
/// A value is kept as long as parts wait for others.
final class IsolatedExecution {
  /// The worst parts, the worst first; the first of equals in order.
  private(set) var worst: [BrokenSegment] = []
  /// The number of parts that differ.
  private(set) var brokenCount = 0

  private let models: SegmentedModels
  private let segments: [Segment]
  private let execute: Reducer.Execute
  private var held: [ValueID: RuntimeValue] = [:]
  private var waiting: [ValueID: [Int]] = [:]
  /// How many values each segment waits for.
  private var missing: [Int] = []
  /// How many segments still need each value.
  private var needs: [ValueID: Int] = [:]

  /// How many parts are kept with their samples.
  private static let limit = 8

  /// Executes the reference on a sample.
  init(
    of segments: [Segment], _ models: SegmentedModels, on sample: Sample,
    execute: @escaping Reducer.Execute
  ) throws {
    self.models = models
    self.segments = segments
    self.execute = execute
    for (index, segment) in segments.enumerated() {
      for value in segment.values {
        waiting[value, default: []].append(index)
        needs[value, default: 0] += 1
      }
      missing.append(segment.values.count)
    }
    for (index, segment) in segments.enumerated() where segment.values.isEmpty {
      judge(index, sample)
    }
    let graph = models.reference.graph
    for input in graph.inputs {
      let value =
        sample.values[graph.name(of: input)] ?? graph.constant(of: input).map { .tensor($0) }
      if let value { add(value, of: input, sample) }
    }
    _ = try execute(models.reference, sample, .declared) { [self] value, result in
      add(result, of: value, sample)
    }
    held = [:]
  }

  private func add(_ value: RuntimeValue, of id: ValueID, _ sample: Sample) {
    guard let waiting = waiting.removeValue(forKey: id) else { return }
    held[id] = value
    for index in waiting {
      missing[index] -= 1
      if missing[index] == 0 { judge(index, sample) }
    }
  }

  /// Executes the candidate's part of a segment; a part that cannot be executed shows nothing.
  private func judge(_ index: Int, _ sample: Sample) {
    let segment = segments[index]
    let inputs = Dictionary(
      segment.reads.compactMap { read in held[read.reference].map { (read.name, $0) } }
    ) { first, _ in first }
    let expected = Dictionary(
      segment.targets.compactMap { target in held[target.reference].map { (target.name, $0) } }
    ) { first, _ in first }
    let sample = Sample(name: sample.name, values: inputs)
    let difference = try? Difference.between(
      execute(models.candidate(of: segment), sample, .declared) { _, _ in }, and: expected,
      sample: sample.name
    ) {
      try execute(models.reference(of: segment), sample, .float64) { _, _ in }
    }
    if let difference {
      add(BrokenSegment(segment: segment, sample: sample, difference: difference))
    }
    for value in segment.values {
      needs[value, default: 1] -= 1
      if needs[value] == 0 { held[value] = nil }
    }
  }

  private func add(_ broken: BrokenSegment) {
    brokenCount += 1
    let place = worst.firstIndex { $0.difference.severity < broken.difference.severity }
    worst.insert(broken, at: place ?? worst.count)
    if worst.count > Self.limit { worst.removeLast() }
  }
}
