public import IR
import Tensors

/// Removes the channels that count least from the model.
///
///     a = Conv(x, w, b)              // w: [64, 3, 3, 3]       a = Conv(x, w', b')    // [32, 3, 3, 3]
///     c = Relu(a)                                         →    c = Relu(a)
///     y = Conv(c, v, d)              // v: [10, 64, 3, 3]      y = Conv(c, v', d')    // [10, 32, 3, 3]
///
/// Channels are followed through activations, normalizations, poolings, convolutions by channel,
/// sums, joins and changes of shape; those that sums or joins tie together go together, and those
/// that reach an output of the model or an operator that needs all of them stay. With calibration
/// data the weights and biases behind the channels change so that the results stay near to what they
/// were.
public struct PruneChannels: Pass {
  static let name = "prune-channels"

  public var name: String { Self.name }
  public let summary = "Remove the channels that count least"
  public var contract: NumericalContract { .lossy(budget: settings.budget) }
  public private(set) var options: [PassOption] = [
    PassOption("ratio", .number(0.25), "share that is removed, of what \"of\" says"),
    PassOption("of", .word("channels"), "what the ratio is of: channels or parameters"),
    PassOption(
      "parameters", .number(0), "most parameters that are left, in the place of the ratio; 0: any"),
    PassOption(
      "size", .number(0),
      "most bytes of constants that are left, in the place of the ratio; 0: any"),
    PassOption(
      "latency", .number(0),
      "share of the multiplications with weights that is left, in the place of the ratio; 0: any"),
    PassOption("scope", .word("global"), "where channels are compared: global or layer"),
    PassOption("multiple", .number(1), "what the number of a layer's channels is a multiple of"),
    PassOption(
      "importance", .word("activations"),
      "what channels are compared by: magnitude, or activations where there is calibration data"),
    PassOption(
      "compensate", .word("weights"),
      "what calibration data does about the loss: none, mean into the bias, or weights refitted"),
    PassOption("budget", .number(0.3), "largest change of outputs, in proportion to their size"),
  ]

  private var settings: ChannelPruning
  private var layers: [LayerRule] = []
  private var activations: ActivationSource?

  public init() { settings = ChannelPruning() }

  /// Rules for layers may set the ratio of channels, and `enabled`; of what several nodes compute
  /// together, the least ratio holds.
  public func configured(
    with settings: PassSettings, layers: [LayerRule]
  ) throws(PassError) -> any Pass {
    try settings.check(against: options, of: name)
    var pass = self
    let all = PassSettings(options).overridden(by: settings)
    pass.options = options.map { $0.settled(by: all) }
    pass.settings = try ChannelPruning(all)
    pass.layers = layers
    let enabled = PassOption("enabled", .flag(true), "whether channels of the node are removed")
    for rule in layers {
      try rule.settings.check(against: options.filter { $0.name == "ratio" } + [enabled], of: name)
      _ = try rule.settings.share("ratio", of: name)
    }
    return pass
  }

  public func calibrated(by activations: ActivationSource) -> any Pass {
    var pass = self
    pass.activations = activations
    return pass
  }

  public func run(on model: inout Model) throws(PassError) -> Int {
    let graph = model.graph
    let found = ChannelLayers(of: graph) { ratio(of: $0, in: graph) == 0 }
    guard found.classCount > 0 || settings.limitOption != nil else { return 0 }
    var statistics: [ChannelAxis: ChannelStatistics]?
    if settings.importance == .activations || settings.compensation != .none {
      statistics = try activations?.statistics(
        of: found.consumers.compactMap(\.data), in: model, for: name)
    }
    let importance = ChannelImportance(
      of: found, in: graph, settings.importance == .activations ? statistics : nil,
      compensates: settings.compensation != .none)
    let isRemoved = try choose(from: found, importance, in: graph)
    guard isRemoved.contains(true) else { return 0 }
    let removal = ChannelRemoval(isRemoved, of: found)
    var shifts = try refit(removal, in: &model)
    if settings.compensation != .none, let statistics {
      for use in removal.affected where shifts[use.node] == nil {
        shifts[use.node] = removal.lostMeans(of: use, in: graph, statistics)
      }
    }
    removal.apply(to: &model.graph)
    for use in removal.affected {
      if let shifts = shifts[use.node] { model.graph.addToBias(of: use.node, shifts) }
    }
    return isRemoved.count { $0 }
  }

  /// Refits the weights behind the channels that go, and returns what has to be added to the biases.
  private func refit(
    _ removal: ChannelRemoval, in model: inout Model
  ) throws(PassError) -> [NodeID: [Double]] {
    guard settings.compensation == .weights else { return [:] }
    let original = model
    let uses = removal.affected.filter { original.graph.singleUse(of: $0.weights) != nil }
    var shifts: [NodeID: [Double]] = [:]
    try activations?.forEachMoments(of: uses, in: original, for: name) { use, moments in
      guard let refit = removal.refit(of: use, in: original.graph, moments) else { return }
      model.graph.setConstant(refit.weights, of: use.weights)
      shifts[use.node] = removal.kept(refit.shifts, along: use.outputs)
    }
    return shifts
  }

  private func choose(
    from found: ChannelLayers, _ importance: ChannelImportance, in graph: Graph
  ) throws(PassError) -> [Bool] {
    let resources = ResourceCount(of: found, in: graph, settings.limit?.resource ?? .parameters)
    let layers = found.layers
    var selection = ChannelSelection(
      layers, importance.classes, resources, multiple: settings.multiple,
      perResource: settings.limit != nil)
    if let limit = settings.limit {
      let amount = limit.amount(of: resources.total)
      guard !selection.remove(untilNeedIs: amount), let option = settings.limitOption else {
        return selection.isRemoved
      }
      throw PassError.unreachable(
        option, amount, least: selection.need, of: resources.total, pass: name)
    }
    // The ratio of a layer is the least of the nodes that compute it.
    var ratios = [Double](repeating: 1, count: found.classCount)
    for use in found.producers {
      let ratio = ratio(of: use.node, in: graph)
      for case let element? in found.classes[use.outputs] ?? [] {
        ratios[element] = min(ratios[element], ratio)
      }
    }
    let scope = settings.scope
    let pools = Dictionary(grouping: layers.indices) { index in
      Pool(ratio: layers[index].map { ratios[$0] }.min() ?? 0, layer: scope == .layer ? index : 0)
    }
    for (pool, members) in pools {
      let count = members.reduce(0) { $0 + layers[$1].count }
      selection.remove(upTo: Int((pool.ratio * Double(count)).rounded()), of: Set(members))
    }
    return selection.isRemoved
  }

  /// Layers whose channels are compared.
  private struct Pool: Hashable {
    let ratio: Double
    let layer: Int
  }

  /// The share of its channels that a node may lose.
  private func ratio(of node: NodeID, in graph: Graph) -> Double {
    let settings = layers.settings(of: node, in: graph, default: PassSettings(options))
    return settings.flag("enabled") ?? true ? settings.number("ratio") ?? 0 : 0
  }
}
