import IR
import Tensors

extension RewritePass {
  /// Leaves out optional inputs that hold what they stand for when they are absent.
  ///
  ///     h = Expand(0, [1, batch, 64])
  ///     y = GRU(x, w, r, b, _, h)     →     y = GRU(x, w, r, b)
  static let dropDefaults = RewritePass(
    "drop-defaults", "Leave out initial states that are zero", .exact,
    rules: [
      RewriteRule(of: "GRU", "LSTM", "RNN") { node, model in
        let graph = model.graph
        let states = (5...6).filter { index in
          graph.input(index, of: node).map { graph.isZero($0) } ?? false
        }
        guard !states.isEmpty else { return nil }
        return { $0.graph.dropInputs(states, of: node) }
      }
    ])
}

extension Graph {
  /// Operators that only move, repeat or choose elements of their first input.
  private static let movements: Set<String> = [
    "Expand", "Flatten", "Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Tile",
    "Transpose", "Unsqueeze",
  ]

  /// Whether every element of a value is known to be +0.
  fileprivate func isZero(_ value: ValueID) -> Bool {
    var value = value
    // Exporters write a few steps at most.
    for _ in 0..<8 {
      if let tensor = fixedTensor(of: value) { return tensor.isFilled(with: 0) }
      guard let node = producer(of: value), self[node].operatorID.domain.isEmpty else {
        return false
      }
      if isStandard(node, "ConstantOfShape") {
        guard case .tensor(let tensor)? = self[node].attributes["value"] else {
          return self[node].attributes["value"] == nil
        }
        return tensor.isFilled(with: 0)
      }
      guard Self.movements.contains(self[node].operatorID.name), let input = input(0, of: node)
      else { return false }
      value = input
    }
    return false
  }

  /// Leaves out some inputs of a node, and what only they needed.
  fileprivate mutating func dropInputs(_ indices: [Int], of node: NodeID) {
    var inputs = inputs(of: node)
    let dropped = indices.compactMap { inputs[$0] }
    for index in indices { inputs[index] = nil }
    while let last = inputs.last, last == nil { inputs.removeLast() }
    setInputs(inputs, of: node)
    for value in dropped where contains(value) && !hasUses(value) {
      if let producer = producer(of: value) {
        removeUnused(producer, leavingLineageTo: node)
      } else if isConstant(value) {
        removeConstant(value)
      }
    }
  }
}
