import FlatBuffers
import FormatSupport

/// The columns of one graph, checked against each other (§4 of Docs/EdgeFormat.md).
struct GraphLayout {
  /// What one block has of the columns.
  struct Block {
    var nodes: Range<Int>
    var inputs: Range<Int>
    var constants: Range<Int>
    var outputs: Range<Int>
    /// Where the inputs and outputs of its nodes start in the columns of all nodes.
    var firstOperand = 0
    var firstSlot = 0
    var firstOmitted = 0
    /// The first value that its nodes compute, and the end of them.
    var results = 0..<0
  }

  let nodeOperators: Column
  let nodeAttributes: Column
  let nodeInputCounts: Column
  let inputs: Column
  let omittedOutputs: Column
  let valueTypes: Column
  let constants: Column
  let outputs: Column
  let defaultInputs: Column
  let defaultTensors: Column
  private(set) var blocks: [Block] = []
  /// The values that blocks are given, and those that are constants.
  private(set) var inputCount = 0
  private let nodeOutputCounts: Column?

  /// What a graph may name.
  struct Bounds {
    var operators: Int
    var attributeSets: Int
    var types: Int
    var tensors: Int
  }

  init(_ table: FlatTable, _ bounds: Bounds) throws(FormatError) {
    nodeOperators = try table.column(GraphTable.nodeOperators)
    let nodeCount = nodeOperators.count
    try nodeOperators.check(below: bounds.operators, "operator")
    nodeAttributes = try table.column(GraphTable.nodeAttributes, count: nodeCount)
    try nodeAttributes.check(below: bounds.attributeSets + 1, "set of attributes")
    nodeInputCounts = try table.column(GraphTable.nodeInputCounts, count: nodeCount)
    nodeOutputCounts =
      try table.has(GraphTable.nodeOutputCounts)
      ? table.column(GraphTable.nodeOutputCounts, count: nodeCount) : nil
    inputs = try table.column(GraphTable.inputs, count: nodeInputCounts.sum())
    omittedOutputs = try table.column(GraphTable.omittedOutputs)
    valueTypes = try table.column(GraphTable.valueTypes)
    try valueTypes.check(below: bounds.types + 1, "type")
    constants = try table.column(GraphTable.constants)
    try constants.check(below: bounds.tensors, "tensor")
    outputs = try table.column(GraphTable.outputs)
    defaultInputs = try table.column(GraphTable.defaultInputs)
    defaultTensors = try table.column(GraphTable.defaultTensors, count: defaultInputs.count)
    try defaultTensors.check(below: bounds.tensors, "tensor")
    try inputs.check(below: valueTypes.count + 1, "value")
    try outputs.check(below: valueTypes.count, "value")
    let slots = try nodeOutputCounts?.sum() ?? nodeCount
    try checkOmissions(slots: slots)
    try countInputs(results: slots - omittedOutputs.count)
    try layOutBlocks(table)
    locateContents()
  }

  /// The number of values of the graph.
  var valueCount: Int { valueTypes.count }

  /// The values that are constants.
  var constantValues: Range<Int> { inputCount..<(inputCount + constants.count) }

  /// The number of outputs of a node, those left out included.
  func outputCount(of node: Int) -> Int { nodeOutputCounts?[node] ?? 1 }

  private func checkOmissions(slots: Int) throws(FormatError) {
    try omittedOutputs.checkAscending()
    try omittedOutputs.check(below: slots, "output")
  }

  private mutating func countInputs(results: Int) throws(FormatError) {
    let count = valueTypes.count - constants.count - results
    guard count >= 0 else {
      throw FormatError(
        .invalid,
        "\(valueTypes.count) values are too few for \(constants.count) constants and "
          + "\(results) outputs of nodes", path: [GraphTable.valueTypes.name])
    }
    inputCount = count
    try defaultInputs.checkAscending()
    try defaultInputs.check(below: inputCount, "input")
  }

  private mutating func layOutBlocks(_ table: FlatTable) throws(FormatError) {
    guard try table.has(GraphTable.blockNodeCounts) else {
      for field in [
        GraphTable.blockInputCounts, GraphTable.blockConstantCounts, GraphTable.blockOutputCounts,
      ] where try table.has(field) {
        throw FormatError(.invalid, "the column needs block_node_counts", path: [field.name])
      }
      blocks = [
        Block(
          nodes: 0..<nodeOperators.count, inputs: 0..<inputCount, constants: constantValues,
          outputs: 0..<outputs.count)
      ]
      return
    }
    let nodeCounts = try table.column(GraphTable.blockNodeCounts)
    let inputCounts = try table.column(GraphTable.blockInputCounts, count: nodeCounts.count)
    let constantCounts = try table.column(GraphTable.blockConstantCounts, count: nodeCounts.count)
    let outputCounts = try table.column(GraphTable.blockOutputCounts, count: nodeCounts.count)
    try nodeCounts.sum(expecting: nodeOperators.count, "nodes")
    try inputCounts.sum(expecting: inputCount, "inputs")
    try constantCounts.sum(expecting: constants.count, "constants")
    try outputCounts.sum(expecting: outputs.count, "outputs")
    var next = Block(
      nodes: 0..<0, inputs: 0..<0, constants: inputCount..<inputCount, outputs: 0..<0)
    for index in 0..<nodeCounts.count {
      next.nodes = next.nodes.next(nodeCounts[index])
      next.inputs = next.inputs.next(inputCounts[index])
      next.constants = next.constants.next(constantCounts[index])
      next.outputs = next.outputs.next(outputCounts[index])
      blocks.append(next)
    }
  }

  /// Finds where the inputs and outputs of each block's nodes start.
  private mutating func locateContents() {
    var (operand, slot, omitted) = (0, 0, 0)
    var result = constantValues.upperBound
    for index in blocks.indices {
      blocks[index].firstOperand = operand
      blocks[index].firstSlot = slot
      blocks[index].firstOmitted = omitted
      let firstResult = result
      for node in blocks[index].nodes {
        operand += nodeInputCounts[node]
        slot += outputCount(of: node)
        result += outputCount(of: node)
      }
      while omitted < omittedOutputs.count, omittedOutputs[omitted] < slot {
        omitted += 1
        result -= 1
      }
      blocks[index].results = firstResult..<result
    }
  }
}

extension Range<Int> {
  /// Returns the range of `count` numbers that follows.
  fileprivate func next(_ count: Int) -> Range<Int> { upperBound..<(upperBound + count) }
}
