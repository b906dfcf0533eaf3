public import Tensors

/// Where a value comes from.
public enum ValueDefinition: Hashable, Sendable {
  /// Result `result` of a node.
  case node(NodeID, result: Int)
  /// An input of a block; it may have a default, see ``Graph/constant(of:)``.
  case input(of: BlockID)
  /// A tensor known before execution.
  case constant(in: BlockID)
}

/// One use of a value.
public enum Use: Hashable, Sendable {
  case node(NodeID, input: Int)
  case output(of: BlockID, index: Int)
}

// MARK: - Nodes

extension Graph {
  /// One more than the largest ``NodeID/index``.
  public var nodeCapacity: Int { nodeRecords.count }

  /// Returns the node at a place in tables that are indexed by node, or nil when it was removed.
  ///
  /// - Precondition: `index` is below ``nodeCapacity``.
  public func node(at index: Int) -> NodeID? {
    nodeRecords[index].block == Self.none ? nil : NodeID(rawValue: Int32(index))
  }

  /// The data of a node.
  public subscript(_ id: NodeID) -> Node {
    // Yields it where it lies: a copy would count references to all it holds.
    _read { yield nodeRecords[id.index].node }
  }

  /// The operators that nodes have or had, each once.
  public var operators: [OperatorID] { operatorTable.ids }

  /// The index of a node's operator in ``operators``: quicker to look up by than the operator.
  public func operatorIndex(of id: NodeID) -> Int { Int(nodeRecords[id.index].operatorIndex) }

  /// The operators that nodes have, those of subgraphs included.
  public var operatorsInUse: [OperatorID] {
    var isUsed = [Bool](repeating: false, count: operators.count)
    for record in nodeRecords where record.block != Self.none {
      isUsed[Int(record.operatorIndex)] = true
    }
    return zip(operators, isUsed).compactMap { $1 ? $0 : nil }
  }

  /// Whether the node is still part of the graph.
  public func contains(_ id: NodeID) -> Bool { nodeRecords[id.index].block != Self.none }

  /// The values that a node reads; nil for an optional input that is left out.
  public func inputs(of id: NodeID) -> [ValueID?] {
    let record = nodeRecords[id.index]
    return values(ofOperands: record.firstOperand, count: record.operandCount)
  }

  /// Returns the value at `index` of the node's inputs, or nil when it is left out.
  public func input(_ index: Int, of id: NodeID) -> ValueID? {
    let record = nodeRecords[id.index]
    guard index < record.operandCount else { return nil }
    return Self.optionalValue(operands[Int(record.firstOperand) + index].value)
  }

  /// The number of inputs, those left out included.
  public func inputCount(of id: NodeID) -> Int { Int(nodeRecords[id.index].operandCount) }

  /// The values that a node computes; nil for an optional output that is left out.
  public func outputs(of id: NodeID) -> [ValueID?] {
    let record = nodeRecords[id.index]
    let first = Int(record.firstResult)
    return results[first..<(first + Int(record.resultCount))].map(Self.optionalValue)
  }

  /// Returns the value at `index` of the node's outputs, or nil when it is left out.
  public func output(_ index: Int, of id: NodeID) -> ValueID? {
    let record = nodeRecords[id.index]
    guard index < record.resultCount else { return nil }
    return Self.optionalValue(results[Int(record.firstResult) + index])
  }

  /// The number of outputs, those left out included.
  public func outputCount(of id: NodeID) -> Int { Int(nodeRecords[id.index].resultCount) }

  /// The block that a node lies in.
  public func block(of id: NodeID) -> BlockID { BlockID(rawValue: nodeRecords[id.index].block) }

  /// The node that follows in the same block.
  public func node(after id: NodeID) -> NodeID? { Self.optionalNode(nodeRecords[id.index].next) }

  /// The node that comes before in the same block.
  public func node(before id: NodeID) -> NodeID? {
    Self.optionalNode(nodeRecords[id.index].previous)
  }

  /// The subgraphs of a node, in the order of its attributes.
  public func blocks(of id: NodeID) -> [BlockID] {
    let attributes = nodeRecords[id.index].node.attributes
    guard !attributes.isEmpty else { return [] }
    return attributes.flatMap { $0.value.blocks }
  }

  /// What the model says about a node.
  public func annotations(of id: NodeID) -> Annotations { nodeAnnotations[id] ?? Annotations() }
}

// MARK: - Blocks

extension Graph {
  /// One more than the largest ``BlockID/index``.
  public var blockCapacity: Int { blockRecords.count }

  /// The values that the graph is given.
  public var inputs: [ValueID] { inputs(of: body) }

  /// The values that the graph computes.
  public var outputs: [ValueID] { outputs(of: body) }

  /// The nodes of the body in execution order, those of subgraphs left out.
  public var nodes: NodeSequence { nodes(in: body) }

  /// The values that a block is given.
  public func inputs(of block: BlockID) -> [ValueID] { blockRecords[block.index].inputs }

  /// The values that a block computes.
  public func outputs(of block: BlockID) -> [ValueID] {
    let record = blockRecords[block.index]
    return values(ofOperands: record.firstOperand, count: record.operandCount).compactMap { $0 }
  }

  /// The public names of a block's outputs: they stay when another value takes the place.
  public func outputNames(of block: BlockID) -> [String] { blockRecords[block.index].outputNames }

  /// The nodes of a block in execution order, those of subgraphs left out.
  public func nodes(in block: BlockID) -> NodeSequence {
    NodeSequence(records: nodeRecords, first: blockRecords[block.index].firstNode)
  }

  /// The first node of a block.
  public func firstNode(in block: BlockID) -> NodeID? {
    Self.optionalNode(blockRecords[block.index].firstNode)
  }

  /// The number of nodes in a block, those of subgraphs left out.
  public func nodeCount(in block: BlockID) -> Int { blockRecords[block.index].nodeCount }

  /// The number of nodes, those of subgraphs included.
  public var totalNodeCount: Int {
    blockRecords.reduce(0) { $0 + ($1.isRemoved ? 0 : $1.nodeCount) }
  }

  /// The blocks of the graph, outer before inner.
  public var blocks: [BlockID] {
    var order = [body]
    // Graphs without subgraphs, the usual case, need no walk.
    guard blockRecords.count > 1 else { return order }
    var next = 0
    while next < order.count {
      for node in nodes(in: order[next]) { order.append(contentsOf: blocks(of: node)) }
      next += 1
    }
    return order
  }

  /// The node that has a block as its subgraph; nil for the body.
  public func owner(of block: BlockID) -> NodeID? {
    let owner = blockRecords[block.index].owner
    return owner == Self.none ? nil : NodeID(rawValue: owner)
  }

  /// The name of a block for people.
  public func name(of block: BlockID) -> String {
    block == body ? name : blockRecords[block.index].name
  }

  /// What the model says about a block.
  public func annotations(of block: BlockID) -> Annotations {
    blockAnnotations[block] ?? Annotations()
  }
}

// MARK: - Values

extension Graph {
  /// One more than the largest ``ValueID/index``.
  public var valueCapacity: Int { valueRecords.count }

  /// The values of the graph in the order of their ids, in time proportional to their number.
  public var values: [ValueID] {
    valueRecords.indices.filter(isLive).map { ValueID(rawValue: Int32($0)) }
  }

  /// Whether the value is still part of the graph.
  public func contains(_ id: ValueID) -> Bool { isLive(id.index) }

  /// The name of a value for people; empty when it has none.
  public func name(of id: ValueID) -> String { valueRecords[id.index].name }

  /// What is known of a value's type.
  public func type(of id: ValueID) -> ValueType? { valueRecords[id.index].type }

  /// The tensor of a constant, or the default of an input that has one.
  public func constant(of id: ValueID) -> Tensor? { valueRecords[id.index].constant }

  /// Whether every execution sees the same tensor.
  public func isConstant(_ id: ValueID) -> Bool {
    if case .constant = valueRecords[id.index].origin { return true }
    return false
  }

  /// Where a value comes from.
  ///
  /// - Precondition: the value is part of the graph.
  public func definition(of id: ValueID) -> ValueDefinition {
    switch valueRecords[id.index].origin {
    case .node(let node, let result): .node(NodeID(rawValue: node), result: Int(result))
    case .input(let block): .input(of: BlockID(rawValue: block))
    case .constant(let block): .constant(in: BlockID(rawValue: block))
    case .removed: preconditionFailure("value \(id.index) was removed")
    }
  }

  /// The node that computes a value; nil for inputs and constants.
  public func producer(of id: ValueID) -> NodeID? {
    guard case .node(let node, _) = valueRecords[id.index].origin else { return nil }
    return NodeID(rawValue: node)
  }

  /// The block that defines a value.
  public func block(of id: ValueID) -> BlockID {
    switch definition(of: id) {
    case .node(let node, _): block(of: node)
    case .input(let block), .constant(let block): block
    }
  }

  /// The uses of a value, in no order that means anything.
  public func uses(of id: ValueID) -> [Use] {
    var uses: [Use] = []
    forEachUse(of: id) { uses.append($0) }
    return uses
  }

  /// The uses of a value when there are at most `limit`, else none.
  public func uses(of id: ValueID, limit: Int) -> [Use] {
    var uses: [Use] = []
    var link = valueRecords[id.index].firstUse
    while link != Self.none {
      guard uses.count < limit else { return [] }
      uses.append(use(operands[Int(link)]))
      link = operands[Int(link)].next
    }
    return uses
  }

  /// Whether any node or block output uses a value.
  public func hasUses(_ id: ValueID) -> Bool { valueRecords[id.index].firstUse != Self.none }

  /// The use of a value, when it has exactly one.
  public func singleUse(of id: ValueID) -> Use? {
    let first = valueRecords[id.index].firstUse
    guard first != Self.none, operands[Int(first)].next == Self.none else { return nil }
    return use(operands[Int(first)])
  }

  /// What the model says about a value.
  public func annotations(of id: ValueID) -> Annotations { valueAnnotations[id] ?? Annotations() }

  /// Calls `body` with each use of a value.
  public func forEachUse(of id: ValueID, _ body: (Use) -> Void) {
    var link = valueRecords[id.index].firstUse
    while link != Self.none {
      let operand = operands[Int(link)]
      body(use(operand))
      link = operand.next
    }
  }
}

// MARK: - Links

extension Graph {
  func isLive(_ value: Int) -> Bool {
    if case .removed = valueRecords[value].origin { return false }
    return true
  }

  static func optionalValue(_ raw: Int32) -> ValueID? {
    raw == none ? nil : ValueID(rawValue: raw)
  }

  static func optionalNode(_ raw: Int32) -> NodeID? { raw == none ? nil : NodeID(rawValue: raw) }

  func values(ofOperands first: Int32, count: Int32) -> [ValueID?] {
    operands[Int(first)..<Int(first + count)].map { Self.optionalValue($0.value) }
  }

  func use(_ operand: Operand) -> Use {
    operand.user >= 0
      ? .node(NodeID(rawValue: operand.user), input: Int(operand.position))
      : .output(of: BlockID(rawValue: ~operand.user), index: Int(operand.position))
  }
}

/// The nodes of one block in execution order, as they were when the sequence was made.
public struct NodeSequence: Sequence, Sendable {
  let records: [Graph.NodeRecord]
  let first: Int32

  public func makeIterator() -> Iterator { Iterator(records: records, position: first) }

  /// Walks along the links of one block.
  public struct Iterator: IteratorProtocol {
    let records: [Graph.NodeRecord]
    var position: Int32

    public mutating func next() -> NodeID? {
      guard position != Graph.none else { return nil }
      defer { position = records[Int(position)].next }
      return NodeID(rawValue: position)
    }
  }
}
