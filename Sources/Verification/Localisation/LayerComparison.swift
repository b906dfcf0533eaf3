import IR
import Operators
import Tensors

/// How one value inside of a candidate compares with the one of the reference that it stands for.
///
/// The errors are root mean squares in proportion to that of the reference's value.
public struct LayerComparison: Hashable, Sendable, Codable {
  /// The name of the value, as the candidate has it.
  public let value: String
  /// The name of the node that computes it, which may be empty.
  public let node: String
  /// The operator of the node.
  public let operatorName: String
  public internal(set) var sample: String
  /// The numbers in the value.
  public let elementCount: Int
  /// What rounding does to the value in the reference: the distance to its execution in 64 bits.
  public internal(set) var noise: Double
  /// The error of the candidate's value, which the nodes before it share.
  public internal(set) var cumulative: Double
  /// The error that the node makes when it is given what the reference computes; nil where that
  /// could not be executed.
  public internal(set) var isolated: Double?
  /// The cumulative error in proportion to the largest of the node's inputs; nil where none has one.
  ///
  /// It tells whether the node spreads or absorbs errors.
  public internal(set) var gain: Double?
  /// Why the node computes something else from what the reference gives it; nil where rounding
  /// explains its isolated error.
  public internal(set) var violation: String?
  /// Whether the value stands for the reference's by its name and its type, and not by what else is
  /// alike.
  public let hasSameName: Bool
  /// How the numbers and their errors are distributed; only the worst values of a sample have it.
  public internal(set) var distribution: TensorDistribution?

  /// Whether the value has a counterpart of its name whose numbers it can be compared with.
  var isSameValue: Bool {
    hasSameName && isolated.map { $0 < .greatestFiniteMagnitude } ?? false
  }

  /// Whether this is the more telling of two comparisons of one value.
  public func isWorse(than other: LayerComparison) -> Bool {
    if (violation == nil) != (other.violation == nil) { return violation != nil }
    let (own, others) = (isolated ?? cumulative, other.isolated ?? other.cumulative)
    return (own, cumulative) > (others, other.cumulative)
  }
}

/// The first node of a candidate that computes something else.
public struct Culprit: Hashable, Sendable, Codable {
  /// The name of the node, which may be empty.
  public let node: String
  public let operatorName: String
  /// The name of the value that is wrong.
  public let value: String
  public let sample: String
  public let reason: String
  /// Whether the outputs do not show it on the samples that were executed.
  public let isHidden: Bool

  private enum CodingKeys: String, CodingKey {
    case node
    case operatorName = "operator"
    case value = "output"
    case sample, reason, isHidden
  }

  /// The node for people: operator, name and the value that it computes.
  public var description: String {
    "\(operatorName)\(node.isEmpty ? "" : " \"\(node)\"") -> \"\(value)\""
  }
}

/// Collects the comparisons of values inside of a candidate for one sample.
struct LayerLog {
  private let candidate: Graph
  private let reference: Graph
  private let sample: String
  /// Whether values stand for each other by their names.
  private let isByName: Bool
  private let candidateNames: Set<String>
  private(set) var layers: [LayerComparison] = []
  /// The values of the layers in the candidate.
  private var values: [ValueID] = []
  /// Whether rounding explains the cumulative error.
  private var agreements: [Bool] = []
  /// The layers that have the name of another value only.
  private var cleared: Set<Int> = []
  /// The cumulative errors so far.
  private var errors: [ValueID: Double] = [:]
  /// The positions of the worst layers so far, which have their distributions: of those that rounding does
  /// not explain, and of the others.
  private var worst: [Bool: [Int]] = [:]

  /// How many layers of either kind have their distributions.
  private static let distributionCount = 6
  /// The first nodes that seem to compute something else, with what tells.
  private var suspects: [Suspect] = []

  private struct Suspect {
    let layer: Int
    let partner: ValueID
    /// The values of the reference that the candidate may have under this name.
    let others: [ValueID]
    let isolated: Tensor
    var floor: NoiseFloor
    /// Whether it is wrong beyond doubt.
    let isBlatant: Bool
  }

  /// The bytes of the suspects that are looked at more closely.
  private static let suspectLimit = 64 << 20
  private var suspectBytes = 0

  init(candidate: Graph, reference: Graph, isByName: Bool, sample: String) {
    self.isByName = isByName
    self.candidate = candidate
    self.reference = reference
    self.sample = sample
    candidateNames = Set(candidate.values.map(candidate.name))
  }

  /// Compares a pair of tensors.
  mutating func add(_ pair: SideBySide.Pair) {
    guard let own = pair.candidate.tensor, let computed = pair.reference.tensor,
      own.elementType.isComparable(with: computed.elementType) || isOutput(pair.value)
    else { return }
    let node = candidate[pair.node]
    let exact = pair.exact?.tensor
    let rounding = exact.flatMap { RoundingComparison(of: own, for: computed, exact: $0) }
    let cumulative = TensorComparison.relativeError(of: own, to: computed)
    let inputs = candidate.inputs(of: pair.node).compactMap { $0.flatMap { errors[$0] } }
    errors[pair.value] = cumulative
    values.append(pair.value)
    let isolated = pair.isolated?.tensor
    var violation: String?
    if let isolated { violation = self.violation(isolated, computed, exact, of: pair) }
    agreements.append(
      cumulative == 0
        || NoiseFloor(computed: computed, exact: exact).judge(own).reason == nil)
    let name = candidate.name(of: pair.value)
    layers.append(
      LayerComparison(
        value: name, node: node.name,
        operatorName: node.operatorID.name, sample: sample, elementCount: computed.count,
        noise: rounding?.relativeNoise ?? 0, cumulative: cumulative,
        isolated: isolated.map { TensorComparison.relativeError(of: $0, to: computed) },
        gain: inputs.max().flatMap { $0 > 0 ? ErrorSums.bounded(cumulative / $0) : nil },
        violation: violation,
        hasSameName: isByName && own.elementType == computed.elementType
          && name == reference.name(of: pair.partner)))
    noteDistribution(own, computed)
  }

  /// Counts how the numbers of the last layer are distributed if it is among the worst.
  private mutating func noteDistribution(_ own: Tensor, _ computed: Tensor) {
    let index = layers.count - 1
    guard layers[index].cumulative > 0 else { return }
    let kind = layers[index].violation != nil
    var worst = worst[kind] ?? []
    if worst.count == Self.distributionCount {
      let place = worst.indices.max { layers[worst[$0]].isWorse(than: layers[worst[$1]]) } ?? 0
      guard layers[index].isWorse(than: layers[worst[place]]) else { return }
      layers[worst.remove(at: place)].distribution = nil
    }
    self.worst[kind] = worst + [index]
    layers[index].distribution = TensorDistribution(of: own, for: computed)
  }

  /// Why a node's value is not what rounding makes of that of the reference.
  private mutating func violation(
    _ isolated: Tensor, _ computed: Tensor, _ exact: Tensor?, of pair: SideBySide.Pair
  ) -> String? {
    guard isolated != computed else { return nil }
    let floor = NoiseFloor(computed: computed, exact: exact)
    let figures = floor.judgeStep(isolated)
    guard let reason = figures.reason else { return nil }
    if let grid = ReadingGrid(of: pair.value, in: candidate),
      grid.holds(isolated, for: computed)
    {
      return nil
    }
    if suspectBytes < Self.suspectLimit {
      suspectBytes += isolated.bytes.count
      suspects.append(
        Suspect(
          layer: layers.count, partner: pair.partner, others: scaled(pair.partner),
          isolated: isolated, floor: floor,
          isBlatant: figures.isBlatant && !(figures.isRare && isStepped(pair.partner))))
    }
    return reason
  }

  /// Operators that may take a number next to a tie a whole step up or down.
  private static let steppingOperators: Set<String> = ["QuantizeLinear", "Round", "Floor", "Ceil"]

  /// Whether the numbers of a value of the reference were just rounded to steps.
  private func isStepped(_ value: ValueID) -> Bool {
    var next: ValueID? = value
    for _ in 0..<8 {
      guard let node = next.flatMap({ reference.producer(of: $0) }) else { return false }
      if Self.steppingOperators.contains(reference[node].operatorID.name) { return true }
      next = reference.input(0, of: node)
    }
    return false
  }

  /// Whether a value of the candidate is an output, whose type must be right.
  private func isOutput(_ value: ValueID) -> Bool { candidate.outputs.contains(value) }

  /// The values of the reference that tell whether the suspects are at fault.
  var suspectedValues: Set<ValueID> { Set(doubtful.flatMap { [$0.partner] + $0.others }) }

  /// The suspects before the first one that is wrong beyond doubt, whatever it may have the name of.
  private var doubtful: some Sequence<Suspect> {
    suspects.lazy.filter { !cleared.contains($0.layer) }
      .prefix { !$0.isBlatant || !$0.others.isEmpty }
  }

  /// Judges the suspects again by what executions with perturbed results computed.
  ///
  /// It ends at the first one that is at fault.
  mutating func clear(by runs: [[ValueID: RuntimeValue]]) {
    for var suspect in Array(doubtful) {
      let values = runs.compactMap { $0[suspect.partner]?.tensor }
      for value in values { suspect.floor.widen(by: value) }
      guard
        suspect.floor.judgeStep(suspect.isolated).reason == nil
          || suspect.others.contains(where: { other in
            Self.explains(runs.compactMap { $0[other]?.tensor }, suspect.isolated)
          })
      else { return }
      layers[suspect.layer].violation = nil
    }
  }

  /// Whether a tensor is what some executions with perturbed results computed, but for rounding.
  private static func explains(_ values: [Tensor], _ tensor: Tensor) -> Bool {
    guard let first = values.first else { return false }
    var floor = NoiseFloor(computed: first, exact: nil)
    for value in values.dropFirst() { floor.widen(by: value) }
    return floor.judgeStep(tensor).reason == nil
  }

  /// What a value of the reference is scaled and shifted to, where the candidate has nothing of that
  /// name: a converter that does both at once may leave the first name.
  private func scaled(_ value: ValueID) -> [ValueID] {
    var found: [ValueID] = []
    var last = value
    while found.count < 2,
      case .node(let node, 0)? = reference.singleUse(of: last),
      Self.scalingOperators.contains(reference[node].operatorID.name),
      let next = reference.output(0, of: node), !candidateNames.contains(reference.name(of: next))
    {
      found.append(next)
      last = next
    }
    return found
  }

  private static let scalingOperators: Set<String> = [
    "Add", "BatchNormalization", "Div", "Mul", "Sub",
  ]

  /// Takes values off the list that have the name of another value only.
  ///
  /// A node that is right given what the candidate computes, and wrong given what the reference does,
  /// was given something else than it was made for.
  mutating func clearMisnamed() {
    var positions: [ValueID: Int] = [:]
    for (index, value) in values.enumerated() { positions[value] = index }
    for (index, value) in values.enumerated() where layers[index].violation != nil {
      guard agreements[index], let node = candidate.producer(of: value) else { continue }
      let misnamed = sources(of: node, among: positions).filter {
        !agreements[$0] || isExplained(index, bySource: $0)
      }
      guard !misnamed.isEmpty else { continue }
      for index in misnamed + [index] { cleared.insert(index) }
    }
    guard !cleared.isEmpty else { return }
    clearWhatOnlyMisnamedRead(positions)
    for index in cleared { layers[index].violation = nil }
  }

  /// Whether what a node makes of the reference's value is off by no more than the candidate's value
  /// that it was made for.
  private func isExplained(_ index: Int, bySource source: Int) -> Bool {
    let error = layers[source].cumulative
    return error > 0 && layers[index].isolated.map { $0 <= 2 * error } ?? false
  }

  /// Clears values that only such are computed from: names may be shifted along a chain.
  private mutating func clearWhatOnlyMisnamedRead(_ positions: [ValueID: Int]) {
    var readers: [Int: [Int]] = [:]
    for (index, value) in values.enumerated() {
      guard let node = candidate.producer(of: value) else { continue }
      for source in sources(of: node, among: positions) {
        readers[source, default: []].append(index)
      }
    }
    for index in layers.indices.reversed() where layers[index].violation != nil {
      guard let readers = readers[index], readers.allSatisfy(cleared.contains) else { continue }
      cleared.insert(index)
    }
  }

  /// The layers whose values a node reads, directly or through values that stand for none.
  private func sources(of node: NodeID, among positions: [ValueID: Int]) -> [Int] {
    var (pending, seen, sources) = ([node], Set([node]), [Int]())
    while let next = pending.popLast() {
      for value in candidate.inputs(of: next).compactMap({ $0 }) {
        if let position = positions[value] {
          sources.append(position)
        } else if let producer = candidate.producer(of: value), seen.insert(producer).inserted {
          pending.append(producer)
        }
      }
    }
    return sources
  }
}

extension ElementType {
  /// Whether numbers of both types may be the same ones, rounded at most: a name that stands for real
  /// numbers here and for quantized ones there is that of two values.
  fileprivate func isComparable(with other: ElementType) -> Bool {
    self == other || isFloatingPoint && other.isFloatingPoint
  }
}

extension RoundingComparison {
  /// The root mean square of the noise in proportion to that of the exact value.
  fileprivate var relativeNoise: Double {
    noise.energy > 0 ? ErrorSums.bounded((noise.energy / magnitude.energy).squareRoot()) : 0
  }
}

extension TensorComparison {
  /// The root mean square of the difference in proportion to that of the reference; the largest
  /// number where shapes or places of NaN and infinities differ.
  static func relativeError(of candidate: Tensor, to reference: Tensor) -> Double {
    candidate == reference
      ? 0 : ErrorSums.bounded(TensorComparison(of: candidate, to: reference).relativeError)
  }

  /// The root mean square of the difference in proportion to that of the reference.
  var relativeError: Double {
    guard isComparable, nanMismatchCount == 0, infinityMismatchCount == 0 else { return .infinity }
    guard sums.errorEnergy > 0 else { return 0 }
    return (sums.errorEnergy / sums.referenceEnergy).squareRoot()
  }
}
