import IR
import Operators
import Tensors

extension Graph {
  /// The symbols that are the first dimension of every input that has them, and nothing else.
  var batchSymbols: Set<String> {
    var (first, others) = (Set<String>(), Set<String>())
    for input in requiredInputs {
      for (axis, dimension) in (type(of: input)?.shape?.dimensions ?? []).enumerated() {
        guard case .symbolic(let expression) = dimension else { continue }
        if axis == 0, let symbol = expression.symbol {
          first.insert(symbol)
        } else {
          others.formUnion(expression.symbols)
        }
      }
    }
    return first.subtracting(others)
  }

  /// The sizes of symbols that weights of the graph's body allow no other of: of channels that are
  /// convolved, and of rows that are multiplied.
  var sizesFromWeights: [String: Int] {
    var sizes: [String: Int] = [:]
    for node in nodes where self[node].operatorID.domain.isEmpty {
      guard let weights = input(1, of: node).flatMap(constant),
        let (axis, size) = demand(of: node, weights.shape),
        let dimensions = input(0, of: node).flatMap({ type(of: $0)?.shape?.dimensions })
      else { continue }
      let place = axis < 0 ? axis + dimensions.count : axis
      guard dimensions.indices.contains(place), case .symbolic(let expression) = dimensions[place],
        let symbol = expression.symbol
      else { continue }
      sizes[symbol] = sizes[symbol] ?? size
    }
    return sizes
  }

  /// The axis of a node's data whose extent its weights decide, and that extent.
  private func demand(of node: NodeID, _ weights: [Int]) -> (axis: Int, size: Int)? {
    let attributes = self[node].attributes
    switch self[node].operatorID.name {
    case "Conv" where weights.count > 2:
      let groups = attributes["group"].flatMap { Int($0) } ?? 1
      let (size, overflow) = weights[1].multipliedReportingOverflow(by: groups)
      return overflow ? nil : (1, size)
    case "ConvTranspose" where weights.count > 2: return (1, weights[0])
    case "MatMul" where weights.count >= 2: return (-1, weights[weights.count - 2])
    default: return nil
    }
  }
}
