public import IR
import Tensors

/// Sets the weights that count least to zero.
///
///     y = Conv(x, [0.9, 0.01, -0.5, 0.02], b)    →    y = Conv(x, [0.9, 0, -0.5, 0], b')
///
/// For Conv, ConvTranspose, Gemm, MatMul, LSTM, GRU and RNN; biases, normalizations and tables of
/// embeddings keep all numbers. A weight counts by its magnitude or, with calibration data, by that
/// times the size of what it is multiplied with (Sun et al. 2023, "A Simple and Effective Pruning
/// Approach for Large Language Models"), in proportion to all products of the layer and to its result.
/// The weights that are left, and the bias, change so that the result stays near to what it was.
public struct PruneWeights: Pass {
  static let name = "prune-weights"

  public var name: String { Self.name }
  public let summary = "Set the weights that count least to zero"
  public var contract: NumericalContract { .lossy(budget: budget) }
  public private(set) var options: [PassOption] = [
    PassOption("sparsity", .number(0.5), "share of the weights that are set to zero"),
    PassOption(
      "size", .number(0),
      "most bytes of all constants, zeros left out, in the place of the sparsity; 0: any"),
    PassOption("scope", .word("global"), "where weights are compared: global, layer or row"),
    PassOption(
      "pattern", .word("none"),
      "what is zero together: none, block:ROWSxCOLUMNS, or N:M, N of M input channels kept, whatever "
        + "the sparsity"),
    PassOption(
      "importance", .word("activations"),
      "what weights are compared by: magnitude, or activations where there is calibration data"),
    PassOption(
      "compensate", .word("weights"),
      "what calibration data does about the loss: none, mean into the bias, or weights refitted"),
    PassOption("budget", .number(0.1), "largest change of outputs, in proportion to their size"),
  ]

  private var budget = 0.1
  /// The most bytes that constants may take; 0 for any.
  private var sizeLimit = 0.0
  private var layers: [LayerRule] = []
  private var activations: ActivationSource?

  public init() {}

  /// Rules for layers may set everything but the budget and the size, and `enabled`.
  public func configured(
    with settings: PassSettings, layers: [LayerRule]
  ) throws(PassError) -> any Pass {
    guard settings.value("latency") == nil else {
      throw PassError(
        .invalidOption, "zeros among weights make no engine faster, so there is no latency to keep",
        pass: name, remedy: "prune-channels has the option latency; size says what zeros save")
    }
    try settings.check(against: options, of: name)
    var pass = self
    let all = PassSettings(options).overridden(by: settings)
    pass.budget = try all.budget(of: name)
    pass.options = options.map { $0.settled(by: all) }
    pass.layers = layers
    pass.sizeLimit = try all.amount("size", of: name)
    if case .kept = try WeightPruning(all).pattern, pass.sizeLimit > 0 {
      throw PassError(
        .invalidOption, "the pattern decides how many weights go, and size would too", pass: name,
        remedy: "give one of them, or the pattern in rules for layers")
    }
    let enabled = PassOption("enabled", .flag(true), "whether weights of the node are pruned")
    for rule in layers {
      try rule.settings.check(
        against: options.filter { $0.name != "budget" && $0.name != "size" } + [enabled], of: name)
      _ = try WeightPruning(all.overridden(by: rule.settings))
    }
    return pass
  }

  public func calibrated(by activations: ActivationSource) -> any Pass {
    var pass = self
    pass.activations = activations
    return pass
  }

  public func run(on model: inout Model) throws(PassError) -> Int {
    var layers: [PrunedLayer] = []
    for uses in model.graph.prunableWeights() {
      if let settings = try settings(of: uses, in: model.graph) {
        layers.append(PrunedLayer(uses, settings))
      }
    }
    let channels = layers.filter(\.usesActivations).flatMap(\.channels)
    let statistics = try activations?.statistics(of: channels, in: model, for: name)
    for index in layers.indices { layers[index].score(in: model.graph, statistics) }
    if sizeLimit > 0 {
      try choose(from: &layers, toFit: sizeLimit, in: model.graph)
    } else {
      layers.choose()
    }
    layers.removeAll { !$0.hasChanges(in: model.graph) }
    let refitted = try refit(layers, in: &model)
    return layers.indices.count { index in
      refitted.contains(index) || layers[index].apply(to: &model.graph, statistics ?? [:])
    }
  }

  /// Refits weights and returns the layers that they are of.
  private func refit(
    _ layers: [PrunedLayer], in model: inout Model
  ) throws(PassError) -> Set<Int> {
    var refitted: Set<Int> = []
    let original = model
    var places: [NodeID: Int] = [:]
    for (index, layer) in layers.enumerated() {
      if let use = layer.refitted { places[use.node] = index }
    }
    let uses = layers.compactMap(\.refitted).filter { $0.input == 1 }
    try activations?.forEachMoments(of: uses, in: original, for: name) { use, moments in
      guard let index = places[use.node] else { return }
      if layers[index].refit(use, in: &model.graph, moments) { refitted.insert(index) }
    }
    return refitted
  }

  /// The settings of weights: where several nodes use them, those that prune least.
  ///
  /// A given sparsity takes the place of the option's; nil where the weights are not to be pruned.
  func settings(
    of uses: [WeightUse], in graph: Graph, sparsity: Double? = nil
  ) throws(PassError) -> WeightPruning? {
    var least: WeightPruning?
    let own = PassSettings(sparsity.map { ["sparsity": .number($0)] } ?? [:])
    let all = PassSettings(options).overridden(by: own)
    for use in uses {
      let settings = try WeightPruning(layers.settings(of: use.node, in: graph, default: all))
      guard settings.isEnabled else { return nil }
      if least.map({ settings.sparsity < $0.sparsity }) ?? true { least = settings }
    }
    return least
  }
}

extension Graph {
  /// The uses of each constant that is nothing but weights, in the order of execution.
  fileprivate func prunableWeights() -> [[WeightUse]] {
    var order: [ValueID] = []
    var uses: [ValueID: [WeightUse]] = [:]
    for use in nodesInExecutionOrder().flatMap({ WeightUse.all(of: $0, in: self) }) {
      if uses[use.weights] == nil { order.append(use.weights) }
      uses[use.weights, default: []].append(use)
    }
    return order.compactMap { weights in
      // A table that embeddings are gathered from may be the last layer's weights as well.
      guard let uses = uses[weights], self.uses(of: weights).count == uses.count else { return nil }
      return uses
    }
  }
}
