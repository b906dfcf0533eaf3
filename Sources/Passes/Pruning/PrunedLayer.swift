import IR
import Tensors

/// The weights of one layer while it is decided which of them go.
struct PrunedLayer {
  /// The nodes with the weights.
  let uses: [WeightUse]
  private(set) var settings: WeightPruning
  private var scores: WeightScores?

  init(_ uses: [WeightUse], _ settings: WeightPruning) {
    self.uses = uses
    self.settings = settings
  }

  /// Whether more than the weights is asked for.
  var usesActivations: Bool {
    settings.importance == .activations || settings.compensation != .none
  }

  /// Scores the weights, with calibration data by the statistics of theirs where all nodes have some.
  mutating func score(in graph: Graph, _ statistics: [ChannelAxis: ChannelStatistics]?) {
    guard let use = uses.first, let tensor = graph.fixedTensor(of: use.weights) else { return }
    let matrix = WeightMatrix(use, shape: tensor.shape)
    let statistics = settings.importance == .activations ? statistics : nil
    let sizes = statistics.flatMap(sizes)
    let expected = matrix.inputChannelCount
    var scores = tensor.converted(to: .float32).withScalars(of: Float.self) {
      WeightScores($0, matrix, settings.pattern, sizes: sizes?.count == expected ? sizes : nil)
    }
    if let statistics {
      // Layers compare by what part of their own products and of their own result is lost: these
      // differ where products correlate, and what a refit makes up for lies between them.
      let products = scores.scores.reduce(0.0) { $0 + Double($1) * Double($1) }
      let result = resultEnergy(statistics) ?? products
      scores.divide(by: (products * result).squareRoot().squareRoot())
    }
    self.scores = scores
  }

  /// The channels whose statistics are asked for.
  var channels: [ChannelAxis] { uses.flatMap { [$0.data, $0.result].compactMap { $0 } } }

  /// The squares of the results of all nodes, less their means where these go to the bias; nil where
  /// they are not known, or are all zero.
  private func resultEnergy(_ statistics: [ChannelAxis: ChannelStatistics]) -> Double? {
    var energy = 0.0
    for use in uses {
      guard let channels = use.result.flatMap({ statistics[$0] }) else { return nil }
      let squares = settings.compensation == .none ? channels.meanSquares : channels.variances
      energy += squares.reduce(0, +)
    }
    return energy > 0 ? energy : nil
  }

  /// The size of each channel of the data, that of all nodes together: what is lost without it.
  ///
  /// Where the mean goes to the bias that is the standard deviation, else the root mean square.
  private func sizes(_ statistics: [ChannelAxis: ChannelStatistics]) -> [Double]? {
    var squares: [Double] = []
    for use in uses {
      guard let channels = use.data.flatMap({ statistics[$0] }), use.isLike(uses[0]) else {
        return nil
      }
      let isCompensated = settings.compensation != .none && use.result != nil
      let new = isCompensated ? channels.variances : channels.meanSquares
      guard squares.isEmpty || squares.count == new.count else { return nil }
      squares = squares.isEmpty ? new : zip(squares, new).map(+)
    }
    return squares.map { $0.squareRoot() }
  }

  /// Whether any weight that was chosen is not zero yet.
  func hasChanges(in graph: Graph) -> Bool {
    guard let scores, let use = uses.first, let tensor = graph.fixedTensor(of: use.weights) else {
      return false
    }
    return tensor.converted(to: .float32).withScalars(of: Float.self) { values in
      scores.matrix.rows.enumerated().contains { row, start in
        scores.matrix.columns.enumerated().contains { column, offset in
          values[start + offset] != 0 && scores.removes(row: row, column: column)
        }
      }
    }
  }

  /// The bytes that the weights take when those that were chosen are zero.
  func storedSize(in graph: Graph) -> Int {
    guard let scores, let use = uses.first, let tensor = graph.fixedTensor(of: use.weights) else {
      return 0
    }
    let count = tensor.converted(to: .float32).withScalars(of: Float.self) { values in
      scores.matrix.rows.enumerated().reduce(0) { sum, row in
        sum
          + scores.matrix.columns.enumerated().count { column, offset in
            values[row.element + offset].bitPattern != 0
              && !scores.removes(row: row.offset, column: column)
          }
      }
    }
    return SparseEncoder.storedSize(of: tensor, storing: count)
  }

  /// Sets the share of the weights that go.
  mutating func setSparsity(_ sparsity: Double) { settings.sparsity = sparsity }

  /// Sets what was chosen to zero and compensates for it; false when there are no weights.
  func apply(
    to graph: inout Graph, _ statistics: [ChannelAxis: ChannelStatistics]
  ) -> Bool {
    guard let scores, let use = uses.first,
      let tensor = graph.fixedTensor(of: use.weights)
    else { return false }
    let values = tensor.converted(to: .float32)
    let isCompensated = settings.compensation != .none
    for use in uses where isCompensated && use.isLike(uses[0]) && use.result != nil {
      guard let means = use.data.flatMap({ statistics[$0]?.means }),
        means.count == scores.matrix.inputChannelCount
      else { continue }
      let lost = values.withScalars(of: Float.self) {
        scores.matrix.meanResults(of: $0, means) { scores.removes(row: $0, column: $1) }
      }
      graph.addToBias(of: use.node, lost)
    }
    graph.setConstant(scores.applied(to: tensor), of: use.weights)
    return true
  }

  /// The node whose weights are to be refitted, if so.
  var refitted: WeightUse? {
    settings.compensation == .weights && uses.count == 1 ? uses[0] : nil
  }

  /// Refits what is left of the weights; false when that is not possible.
  func refit(_ use: WeightUse, in graph: inout Graph, _ moments: PatchMoments) -> Bool {
    guard let scores, let tensor = graph.fixedTensor(of: use.weights) else { return false }
    let hasBias = graph.hasBias(use.node, scores.matrix.outputChannelCount)
    guard
      let refit = WeightRefit(
        of: tensor, scores.matrix, moments, hasBias: hasBias,
        isRemoved: { scores.removes(row: $0, column: $1) })
    else { return false }
    graph.setConstant(refit.weights, of: use.weights)
    if hasBias { graph.addToBias(of: use.node, refit.shifts) }
    return true
  }
}

extension [PrunedLayer] {
  /// Chooses what goes in each layer.
  mutating func choose() {
    for index in indices { self[index].chooseAlone() }
    let together = indices.filter { self[$0].isComparedGlobally }
    for (_, members) in Dictionary(grouping: together, by: { self[$0].settings }) {
      let scores = members.map { self[$0].blockScores }
      let count = scores.reduce(0) { $0 + $1.count }
      let sparsity = self[members[0]].settings.sparsity
      var lowest = LowestScores(Int((sparsity * Double(count)).rounded()), of: scores.joined())
      for index in members { self[index].remove(&lowest) }
    }
  }
}

extension PrunedLayer {
  fileprivate var blockScores: [Float] { scores?.scores ?? [] }

  /// Whether layers with the same settings have to be looked at together.
  fileprivate var isComparedGlobally: Bool {
    guard case .blocks = settings.pattern else { return false }
    return settings.scope == .global
  }

  fileprivate mutating func remove(_ lowest: inout LowestScores) { scores?.remove(&lowest) }

  /// Chooses what goes where other layers have no say.
  fileprivate mutating func chooseAlone() {
    switch (settings.pattern, settings.scope) {
    case (.kept(let kept, of: let length), _): scores?.keep(kept, of: length)
    case (_, .row): scores?.removeInRows(share: settings.sparsity)
    case (_, .layer):
      let count = Int((settings.sparsity * Double(blockScores.count)).rounded())
      var lowest = LowestScores(count, of: blockScores)
      scores?.remove(&lowest)
    case (_, .global): break
    }
  }
}

extension WeightUse {
  /// Whether the axes of the weights mean the same to another node.
  fileprivate func isLike(_ other: WeightUse) -> Bool {
    outputAxis == other.outputAxis && inputAxis == other.inputAxis
      && kernelAxes == other.kernelAxes && groups == other.groups
  }
}
