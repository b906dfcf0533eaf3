import IR

extension PruneWeights {
  /// The parts of all weights that sparsities are tried in.
  private static let steps = 1024

  /// Chooses as few weights as possible so that all constants take no more than `limit` bytes.
  ///
  /// One sparsity is looked for that takes the place of the option; rules that set one keep it.
  ///
  /// - Throws: `unreachableBudget` when the constants take more even without these weights.
  func choose(
    from layers: inout [PrunedLayer], toFit limit: Double, in graph: Graph
  ) throws(PassError) {
    let size = StoredSize(of: graph, without: layers)
    func stored(at step: Int) throws(PassError) -> Double {
      let sparsity = Double(step) / Double(Self.steps)
      for index in layers.indices {
        let settings = try settings(of: layers[index].uses, in: graph, sparsity: sparsity)
        layers[index].setSparsity(settings?.sparsity ?? 0)
      }
      layers.choose()
      return Double(size.total(with: layers, in: graph))
    }
    let whole = try stored(at: 0)
    guard whole > limit else { return }
    let least = try stored(at: Self.steps)
    guard least <= limit else {
      throw PassError.unreachable("size", limit, least: least, of: whole, pass: name)
    }
    var (misses, fits) = (0, Self.steps)
    while fits - misses > 1 {
      let middle = (misses + fits) / 2
      if try stored(at: middle) <= limit { fits = middle } else { misses = middle }
    }
    _ = try stored(at: fits)
  }
}
