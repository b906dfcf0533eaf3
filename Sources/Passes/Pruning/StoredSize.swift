import IR
import Tensors

/// The bytes that constants take where those with many zeros are stored sparse.
struct StoredSize {
  /// The constants that are not counted layer by layer.
  private let others: Int

  /// Counts the constants of a graph but the weights of some layers.
  init(of graph: Graph, without layers: [PrunedLayer]) {
    let weights = Set(layers.flatMap { $0.uses.map(\.weights) })
    var seen: Set<UnsafeRawPointer?> = []
    var sum = 0
    for value in graph.values where graph.isConstant(value) && !weights.contains(value) {
      guard let tensor = graph.constant(of: value) else { continue }
      let place = tensor.storage.address.map { $0 + tensor.range.lowerBound }
      if seen.insert(place).inserted { sum += SparseEncoder.storedSize(of: tensor) }
    }
    others = sum
  }

  /// Returns what all constants take when what was chosen from the layers is zero.
  func total(with layers: [PrunedLayer], in graph: Graph) -> Int {
    layers.reduce(others) { $0 + $1.storedSize(in: graph) }
  }
}
