import FormatSupport

/// Walks through the nodes of a graph in the order in which they run, subgraphs inside the nodes
/// that hold them, and checks that every value is there before it is used.
///
/// Each block and each input is visited once; the stack is the walk's own.
struct ExecutionWalk {
  /// A block that is being walked through.
  private struct Frame {
    let block: Int
    /// The node that holds the block; -1 for the body.
    let owner: Int
    var node: Int
    var operand: Int
    var slot: Int
    var omitted: Int
    var result: Int
    var isInsideNode = false
    /// The subgraphs of the node that are still to come, last first.
    var pending: [Int] = []
  }

  private let graph: GraphLayout
  private let attributes: AttributeColumns
  private let depthLimit: Int
  private var frames: [Frame] = []
  /// Per value, the depth of the block that defines it; -1 when it is not there.
  private var levels: [Int16]
  private var ownedBlocks: [Bool]
  private var usedSets: Set<Int> = []
  private var lives: ValueLives?

  init(
    _ graph: GraphLayout, _ attributes: AttributeColumns, depthLimit: Int, recordsLives: Bool
  ) {
    self.graph = graph
    self.attributes = attributes
    self.depthLimit = min(depthLimit, Int(Int16.max))
    levels = [Int16](repeating: -1, count: graph.valueCount)
    ownedBlocks = [Bool](repeating: false, count: graph.blocks.count)
    if recordsLives {
      lives = ValueLives(valueCount: graph.valueCount, nodeCount: graph.nodeOperators.count)
    }
  }

  /// Walks through the whole graph; returns how long values live, if that is wanted.
  mutating func run() throws(FormatError) -> ValueLives? {
    try enter(0, owner: -1)
    while let top = frames.indices.last {
      if let block = frames[top].pending.popLast() {
        try enter(block, owner: frames[top].node)
      } else if frames[top].isInsideNode {
        finishNode(top)
      } else if frames[top].node < graph.blocks[frames[top].block].nodes.upperBound {
        try startNode(top)
      } else {
        try leave(top)
      }
    }
    guard let orphan = ownedBlocks.firstIndex(of: false) else { return lives }
    throw FormatError(
      .invalid, "no node names the block", path: ["blocks[\(orphan)]"])
  }

  // MARK: - Blocks

  private mutating func enter(_ number: Int, owner: Int) throws(FormatError) {
    guard number < graph.blocks.count, !ownedBlocks[number], owner < 0 || number > 0,
      owner < graph.blocks[number].nodes.lowerBound || owner < 0
    else {
      throw FormatError(
        .invalid, "block \(number) does not exist, or is not the node's to name",
        path: ["nodes[\(owner)]"])
    }
    guard frames.count < depthLimit else {
      throw FormatError(
        .limitExceeded, "subgraphs are nested deeper than \(depthLimit) levels",
        path: ["nodes[\(owner)]"])
    }
    ownedBlocks[number] = true
    let block = graph.blocks[number]
    let level = Int16(frames.count)
    for value in block.inputs {
      levels[value] = level
      lives?.define(value)
    }
    for value in block.constants { levels[value] = level }
    frames.append(
      Frame(
        block: number, owner: owner, node: block.nodes.lowerBound, operand: block.firstOperand,
        slot: block.firstSlot, omitted: block.firstOmitted, result: block.results.lowerBound))
  }

  private mutating func leave(_ top: Int) throws(FormatError) {
    let frame = frames[top]
    let block = graph.blocks[frame.block]
    for place in block.outputs {
      try use(graph.outputs[place], graph.outputs, place, isBlockOutput: true)
    }
    if frame.owner >= 0 {
      for value in block.inputs { lives?.use(value, by: frame.owner) }
    }
    for values in [block.inputs, block.constants, block.results] {
      for value in values { levels[value] = -1 }
    }
    frames.removeLast()
  }

  // MARK: - Nodes

  private mutating func startNode(_ top: Int) throws(FormatError) {
    let node = frames[top].node
    lives?.start(node)
    for place in frames[top].operand..<(frames[top].operand + graph.nodeInputCounts[node])
    where graph.inputs[place] > 0 {
      try use(graph.inputs[place] - 1, graph.inputs, place, isBlockOutput: false)
    }
    frames[top].operand += graph.nodeInputCounts[node]
    frames[top].isInsideNode = true
    let set = graph.nodeAttributes[node] - 1
    guard set >= 0, let blocks = attributes.setBlocks[set] else { return }
    guard usedSets.insert(set).inserted else {
      throw graph.nodeAttributes.invalid("a set that names subgraphs serves two nodes", at: node)
    }
    frames[top].pending = blocks.reversed()
  }

  private mutating func finishNode(_ top: Int) {
    let node = frames[top].node
    lives?.end(node)
    let slotEnd = frames[top].slot + graph.outputCount(of: node)
    while frames[top].slot < slotEnd {
      defer { frames[top].slot += 1 }
      let omitted = frames[top].omitted
      if omitted < graph.omittedOutputs.count, graph.omittedOutputs[omitted] == frames[top].slot {
        frames[top].omitted += 1
        continue
      }
      levels[frames[top].result] = Int16(top)
      lives?.define(frames[top].result)
      frames[top].result += 1
    }
    frames[top].node += 1
    frames[top].isInsideNode = false
  }

  /// Notes a use by what runs at the moment.
  private mutating func use(
    _ value: Int, _ column: Column, _ place: Int, isBlockOutput: Bool
  ) throws(FormatError) {
    let level = Int(levels[value])
    guard level >= 0 else {
      throw column.invalid("value \(value) is used before it is there", at: place)
    }
    guard lives != nil else { return }
    if isBlockOutput, level == frames.count - 1 {
      lives?.use(value, by: frames[level].owner)
    } else {
      // From inside a subgraph, the node of the value's own block is what uses it.
      lives?.use(value, by: frames[level].node)
    }
  }
}

/// When values are there while a graph runs (§7 of Docs/EdgeFormat.md).
///
/// Every node takes two ticks, one when it starts and one when it ends; what its subgraphs do lies
/// in between.
struct ValueLives {
  private var tick: UInt32 = 0
  private var births: [UInt32]
  /// The node that uses a value last; -1 when the graph gives it away, -2 when nothing does.
  private var lastUsers: [Int32]
  private var ends: [UInt32]

  init(valueCount: Int, nodeCount: Int) {
    births = [UInt32](repeating: 0, count: valueCount)
    lastUsers = [Int32](repeating: -2, count: valueCount)
    ends = [UInt32](repeating: 0, count: nodeCount)
  }

  mutating func start(_ node: Int) { tick &+= 1 }

  mutating func end(_ node: Int) {
    tick &+= 1
    ends[node] = tick
  }

  mutating func define(_ value: Int) { births[value] = tick }

  /// Notes a use; later ones take the place of earlier ones.
  mutating func use(_ value: Int, by node: Int) {
    if lastUsers[value] != -1 { lastUsers[value] = Int32(node) }
  }

  /// Returns the ticks at which a value is there.
  func life(of value: Int) -> ClosedRange<UInt32> {
    switch lastUsers[value] {
    case -2: births[value]...births[value]
    case -1: births[value]...UInt32.max
    case let node: births[value]...max(births[value], ends[Int(node)])
    }
  }
}
