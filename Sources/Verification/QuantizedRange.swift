import IR
import Passes
import Tensors

/// The numbers that a QuantizeLinear node with one constant scale tells apart.
struct QuantizedRange: Hashable {
  let lowerBound: Double
  let upperBound: Double
  /// The distance of neighbours, where all have the same.
  let step: Double

  /// Reads the range of a node; nil where it is no such node.
  init?(of node: NodeID, in graph: Graph) {
    let id = graph[node].operatorID
    guard id.name == "QuantizeLinear", id.domain.isEmpty || id.domain == "com.microsoft",
      let scale = graph.soleNumber(of: graph.input(1, of: node)), scale > 0, scale.isFinite,
      let type = graph.output(0, of: node).flatMap({ graph.type(of: $0)?.elementType })
    else { return nil }
    var offset = 0.0
    if let zero = graph.input(2, of: node) {
      guard let number = graph.soleNumber(of: zero) else { return nil }
      offset = number
    }
    if let magnitudes = type.magnitudes {
      lowerBound = -magnitudes.greatest * scale
      upperBound = magnitudes.greatest * scale
    } else if type.isInteger {
      lowerBound = (Double(type.integerRange.lowerBound) - offset) * scale
      upperBound = (Double(type.integerRange.upperBound) - offset) * scale
    } else {
      return nil
    }
    step = scale
    guard lowerBound.isFinite, upperBound.isFinite else { return nil }
  }
}
