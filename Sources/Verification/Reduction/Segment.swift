import IR
import Passes

/// What lies between paired values, in both models.
struct Segment {
  /// A value of the reference that one of the parts is given.
  struct Read {
    let name: String
    let reference: ValueID
    /// What stands for it in the candidate, where that reads it.
    let candidate: ValueID?
  }

  /// The values that the parts compute.
  let targets: [ValueAlignment.Pair]
  let reads: [Read]
  let reference: ModelParts.Part
  let candidate: ModelParts.Part

  /// The values of the reference that an execution of the candidate's part needs, or is compared
  /// with.
  var values: Set<ValueID> { Set(reads.map(\.reference) + targets.map(\.reference)) }

  /// Whether one of the parts is given what another segment computes.
  func reads(from other: Segment) -> Bool {
    reads.contains { read in other.targets.contains { $0.reference == read.reference } }
  }
}

/// Two models as parts between the values that are paired.
struct SegmentedModels {
  let reference: Model
  let candidate: Model
  private let parts: (reference: ModelParts, candidate: ModelParts)

  init(_ reference: Model, _ candidate: Model) {
    self.reference = reference
    self.candidate = candidate
    parts = (ModelParts(of: reference), ModelParts(of: candidate))
  }

  /// Returns a segment for each node of the candidate that computes paired values.
  func segments(between alignment: ValueAlignment) -> [Segment] {
    var groups: [[ValueAlignment.Pair]] = []
    var groupOfNode: [NodeID: Int] = [:]
    for pair in alignment.pairs {
      let node = candidate.graph.producer(of: pair.candidate)
      if let node, let group = groupOfNode[node] {
        groups[group].append(pair)
        continue
      }
      if let node { groupOfNode[node] = groups.count }
      groups.append([pair])
    }
    let known = Set(alignment.pairs.map(\.reference))
    let standing = alignment.standing
    return groups.compactMap { segment(computing: $0, known, standing) }
  }

  /// Returns the whole models, as far as outputs of one stand for those of the other; nil where the
  /// candidate has an input that the reference lacks.
  func whole(_ alignment: ValueAlignment) -> Segment? {
    let outputs = Set(reference.graph.outputs)
    let targets = alignment.pairs.filter { outputs.contains($0.reference) }
    return segment(computing: targets, [], alignment.inputs)
  }

  private func segment(
    computing targets: [ValueAlignment.Pair], _ known: Set<ValueID>, _ standing: [ValueID: ValueID]
  ) -> Segment? {
    let expected = parts.reference.part(
      computing: targets.map(\.reference), where: known.contains)
    let actual = parts.candidate.part(
      computing: targets.map(\.candidate), where: { standing[$0] != nil })
    var standIns: [ValueID: ValueID] = [:]
    for input in actual.inputs {
      // An input that the reference lacks has no value to execute on.
      guard let read = standing[input] else { return nil }
      standIns[read] = input
    }
    let reads = Set(expected.inputs + standIns.keys).sorted { $0.index < $1.index }
    return Segment(
      targets: targets,
      reads: reads.map { read in
        let name = reference.graph.name(of: read)
        return Segment.Read(
          name: name.isEmpty ? "value \(read.index)" : name, reference: read,
          candidate: standIns[read])
      },
      reference: expected, candidate: actual)
  }

  /// Returns the part of the reference as a model.
  func reference(of segment: Segment) -> Model {
    let inputs = Set(segment.reference.inputs)
    return parts.reference.model(
      of: segment.reference.nodes,
      from: segment.reads.map { read in
        ModelParts.Port(read.name, inputs.contains(read.reference) ? read.reference : nil)
      },
      to: segment.targets.map { ModelParts.Port($0.name, $0.reference) })
  }

  /// Returns the part of the candidate as a model with the same inputs and outputs.
  func candidate(of segment: Segment) -> Model {
    parts.candidate.model(
      of: segment.candidate.nodes,
      from: segment.reads.map { ModelParts.Port($0.name, $0.candidate) },
      to: segment.targets.map { ModelParts.Port($0.name, $0.candidate) })
  }
}
