import IR
import Tensors

extension [OperatorUpgrade] {
  /// Before version 6 an attribute told an executor which buffers to reuse.
  static let consumedInputs: [OperatorUpgrade] = [.dropping(["consumed_inputs"], at: 6)]
}

extension OperatorUpgrade {
  /// Before version 7 attributes said how the second operand of two is broadcast.
  ///
  /// Without an axis the last axes are matched, as they are now.
  static let explicitBroadcast = OperatorUpgrade(to: 7) { graph, node throws(OperatorError) in
    let attributes = graph[node].attributes
    let isBroadcast = try attributes.value(of: AttributeKey<Bool>("broadcast", default: false))
    let axis = try attributes.value(of: OptionalAttributeKey<Int>("axis"))
    graph.update(node) { node in
      for name in ["broadcast", "axis"] { node.attributes[name] = nil }
    }
    guard isBroadcast, let axis else { return }
    try graph.alignOperand(1, of: node, toAxis: axis)
  }
}

extension Graph {
  /// Gives an operand axes of extent 1 behind its own: its first axis meets `axis` of operand 0.
  ///
  /// A constant takes the new shape; before another value goes an `Unsqueeze`.
  mutating func alignOperand(
    _ index: Int, of node: NodeID, toAxis axis: Int
  ) throws(OperatorError) {
    guard let reference = input(0, of: node), let operand = input(index, of: node) else { return }
    guard let rank = type(of: reference)?.shape?.rank, let own = type(of: operand)?.shape else {
      throw OperatorError(
        .unsupported, "axis \(axis) aligns operands whose ranks are not known",
        remedy: "declare the shapes of the model's inputs")
    }
    let axis = try normalizedAxis(axis, rank: max(rank, 1))
    let added = rank - axis - own.rank
    guard added > 0 else { return }
    if isConstant(operand), let tensor = constant(of: operand),
      let aligned = tensor.reshaped(to: tensor.shape + [Int](repeating: 1, count: added))
    {
      setInput(index, of: node, to: addConstant(aligned, in: block(of: node)))
      return
    }
    let axes = (own.rank..<(own.rank + added)).map(Int64.init)
    let constant = addConstant(Tensor(shape: [added], scalars: axes), in: block(of: node))
    let unsqueeze = add(
      Node(OperatorID("Unsqueeze"), lineage: self[node].lineage), inputs: [operand, constant],
      results: [""], at: .before(node))
    setInput(index, of: node, to: output(0, of: unsqueeze))
  }
}
