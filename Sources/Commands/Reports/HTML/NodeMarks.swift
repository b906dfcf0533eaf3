import IR
import Verification

/// What verification says of the nodes of a graph, by the names of the values that they compute.
struct NodeMarks {
  private var layers: [String: LayerComparison] = [:]
  let culprit: Culprit?

  /// The classes of errors, in proportion to the value: none, then up to these, then more.
  static let bounds = [1e-6, 1e-4, 1e-2]

  init(_ layers: [LayerComparison], culprit: Culprit?) {
    for layer in layers { self.layers[layer.value] = layer }
    self.culprit = culprit
  }

  /// The comparison of a value that a node computes; nil when none was compared.
  func layer(of node: NodeID, in graph: Graph) -> LayerComparison? {
    let names = graph.outputs(of: node).compactMap { $0.map(graph.name(of:)) }
    let found = names.compactMap { layers[$0] }
    return found.max { $0.cumulative < $1.cumulative }
  }

  /// Whether a node is the one at fault.
  func isCulprit(_ node: NodeID, in graph: Graph) -> Bool {
    guard let culprit else { return false }
    return graph.outputs(of: node).contains { $0.map(graph.name(of:)) == culprit.value }
  }

  /// The node at fault.
  func culprit(in graph: Graph) -> NodeID? {
    culprit == nil ? nil : graph.nodes.first { isCulprit($0, in: graph) }
  }

  /// The class of an error: 0 for none.
  static func errorClass(_ error: Double) -> Int {
    guard error > 0 else { return 0 }
    return 1 + (bounds.firstIndex { error <= $0 } ?? bounds.count)
  }
}
