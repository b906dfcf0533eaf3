import Operators
import Tensors

/// What verification found, worst first decided.
public struct VerificationReport: Hashable, Sendable, Codable {
  /// The comparisons of the candidate with the reference, by sample and output.
  public private(set) var comparisons: [OutputComparison] = []

  /// The comparisons of the reference, then of the candidate, with outputs that were computed
  /// elsewhere; nil where none were given.
  public private(set) var referenceToExpected: [OutputComparison]?
  public private(set) var candidateToExpected: [OutputComparison]?

  /// What executed the candidate.
  public private(set) var engine = Engine.interpreter

  /// The samples that were executed.
  public private(set) var samples: [String] = []

  /// The values inside of the candidate in the order of their nodes, the most telling sample of each.
  public private(set) var layers: [LayerComparison] = []

  /// The first sample on which the candidate cannot be executed, with the reason.
  public private(set) var failure: Failure?

  /// Nodes of the reference that may be why it does not compute what was expected.
  public internal(set) var suspicions: [Suspicion] = []

  /// What the samples exercise of the reference; nil where that was not observed.
  public internal(set) var coverage: Coverage.Summary?

  /// Why the candidate cannot be executed.
  public struct Failure: Hashable, Sendable, Codable {
    public let sample: String
    /// The node, as `Conv "conv1"`; empty where none is known.
    public let place: String
    public let message: String
  }

  /// Whether a fault that the outputs do not show counts: where no loss or distance is allowed.
  private let countsHidden: Bool

  public init() { self.init(countsHidden: true) }

  init(countsHidden: Bool) { self.countsHidden = countsHidden }

  /// Adds what one sample showed.
  public mutating func add(_ comparisons: [OutputComparison], of sample: String) {
    samples.append(sample)
    self.comparisons += comparisons
  }

  /// Adds what one sample showed, values inside of the models included.
  mutating func add(_ findings: SampleFindings) {
    add(findings.comparisons, of: findings.sample)
    if let added = findings.referenceToExpected {
      referenceToExpected = (referenceToExpected ?? []) + added
    }
    if let added = findings.candidateToExpected {
      candidateToExpected = (candidateToExpected ?? []) + added
    }
    if let error = findings.failure, failure == nil {
      failure = Failure(sample: findings.sample, place: error.place, message: "\(error)")
    }
    merge(findings.layers)
  }

  /// Keeps the more telling comparison of each value; samples that took other paths add theirs.
  private mutating func merge(_ added: [LayerComparison]) {
    guard !layers.isEmpty else {
      layers = added
      return
    }
    var positions = Dictionary(layers.enumerated().map { ($1.value, $0) }) { first, _ in first }
    for layer in added {
      guard let position = positions[layer.value] else {
        positions[layer.value] = layers.count
        layers.append(layer)
        continue
      }
      if layer.isWorse(than: layers[position]) { layers[position] = layer }
    }
  }

  /// The worst verdict of all comparisons; identical when nothing was compared.
  public var verdict: Verdict {
    guard failure == nil, culprit?.isHidden != true else { return .semanticChange }
    return outputVerdict
  }

  /// The position of the first sample on which the reference does not compute what was expected.
  func firstUnexpected(in samples: [Sample]) -> Int? {
    let wrong = referenceToExpected?.first { $0.verdict == .semanticChange }
    return wrong.flatMap { wrong in samples.firstIndex { $0.name == wrong.sample } }
  }

  /// The worst verdict of the outputs.
  private var outputVerdict: Verdict {
    let all = [comparisons, referenceToExpected ?? [], candidateToExpected ?? []]
    return all.joined().map(\.verdict).max() ?? .identical
  }

  /// The first node that computes something else from what the reference gives it.
  ///
  /// Where the outputs are right all the same, only a value counts that has its name and its shape in
  /// the reference, and only when no loss or distance is allowed: other inputs may show it.
  public var culprit: Culprit? {
    let isHidden = failure == nil && outputVerdict < .semanticChange
    let suspects = layers.filter { $0.violation != nil && (!isHidden || $0.isSameValue) }
    guard let first = suspects.first, !isHidden || countsHidden else { return nil }
    return Culprit(first, isHidden: isHidden)
  }

  /// For each output the comparison with the worst verdict, then the largest error.
  public var worstByOutput: [OutputComparison] { Self.worst(of: comparisons) }

  /// For each output the comparison with the worst verdict, then the largest error.
  public static func worst(of comparisons: [OutputComparison]) -> [OutputComparison] {
    var worst: [OutputComparison] = []
    for comparison in comparisons {
      guard let index = worst.firstIndex(where: { $0.output == comparison.output }) else {
        worst.append(comparison)
        continue
      }
      if comparison.isWorse(than: worst[index]) { worst[index] = comparison }
    }
    return worst
  }
}

extension Culprit {
  fileprivate init(_ layer: LayerComparison, isHidden: Bool) {
    self.init(
      node: layer.node, operatorName: layer.operatorName, value: layer.value,
      sample: layer.sample, reason: layer.violation ?? "", isHidden: isHidden)
  }
}

extension OutputComparison {
  fileprivate func isWorse(than other: OutputComparison) -> Bool {
    guard verdict == other.verdict else { return verdict > other.verdict }
    return (comparison?.maxAbsoluteError ?? 0) > (other.comparison?.maxAbsoluteError ?? 0)
  }
}
