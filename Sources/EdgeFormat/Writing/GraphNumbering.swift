import IR

/// The order in which a file holds the blocks, nodes and values of a graph (§4).
struct GraphNumbering {
  /// Blocks, outer before inner.
  let blocks: [BlockID]

  /// The nodes of all blocks, block after block.
  private(set) var nodes: [NodeID] = []

  /// The inputs of all blocks, then the constants of all blocks, then the outputs of all nodes.
  private(set) var values: [ValueID] = []

  private(set) var inputCounts: [UInt32] = []
  private(set) var constantCounts: [UInt32] = []
  private(set) var nodeCounts: [UInt32] = []

  /// The number of each block, by its index in the graph.
  private(set) var blockNumbers: [UInt32]

  /// The number of each value, by its index in the graph.
  private(set) var valueNumbers: [UInt32]

  /// The values that are constants.
  var constants: ArraySlice<ValueID> {
    let first = Int(inputCounts.reduce(0, +))
    return values[first..<(first + Int(constantCounts.reduce(0, +)))]
  }

  /// Numbers what is left of a graph.
  init(_ graph: Graph) {
    blocks = graph.blocks
    blockNumbers = [UInt32](repeating: UInt32.max, count: graph.blockCapacity)
    valueNumbers = [UInt32](repeating: UInt32.max, count: graph.valueCapacity)
    for (number, block) in blocks.enumerated() { blockNumbers[block.index] = UInt32(number) }
    for block in blocks {
      let inputs = graph.inputs(of: block)
      values += inputs
      inputCounts.append(UInt32(inputs.count))
    }
    appendConstants(of: graph)
    for block in blocks {
      nodeCounts.append(UInt32(graph.nodeCount(in: block)))
      for node in graph.nodes(in: block) {
        nodes.append(node)
        for case let value? in graph.outputs(of: node) { values.append(value) }
      }
    }
    for (number, value) in values.enumerated() { valueNumbers[value.index] = UInt32(number) }
  }

  private mutating func appendConstants(of graph: Graph) {
    var constants = [[ValueID]](repeating: [], count: blocks.count)
    for value in graph.values where graph.isConstant(value) {
      let number = blockNumbers[graph.block(of: value).index]
      if number != UInt32.max { constants[Int(number)].append(value) }
    }
    values += constants.joined()
    constantCounts = constants.map { UInt32($0.count) }
  }
}
