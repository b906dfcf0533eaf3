import Tensors
import IR

/// Sizes of a model.
struct ModelStatistics {
  /// The nodes of the graph, subgraphs included.
  let nodes: Int
  /// The elements of all constants.
  let parameters: Int
  /// The bytes of all constants, tensors that share their bytes counted once.
  let weightBytes: Int
  /// The nodes of each operator, most frequent first.
  let operators: [(operatorID: OperatorID, count: Int)]

  init(_ model: Model) {
    let graph = model.graph
    nodes = graph.totalNodeCount
    var seen: Set<UnsafeRawPointer?> = []
    var (elements, bytes) = (0, 0)
    for value in graph.values {
      guard let tensor = graph.constant(of: value) else { continue }
      elements += tensor.count
      let place = tensor.storage.address.map { $0 + tensor.range.lowerBound }
      if seen.insert(place).inserted { bytes += tensor.range.count }
    }
    (parameters, weightBytes) = (elements, bytes)
    var counts: [OperatorID: Int] = [:]
    for block in graph.blocks {
      for node in graph.nodes(in: block) { counts[graph[node].operatorID, default: 0] += 1 }
    }
    operators = counts.sorted {
      ($1.value, $0.key.qualifiedName) < ($0.value, $1.key.qualifiedName)
    }.map { ($0.key, $0.value) }
  }
}
