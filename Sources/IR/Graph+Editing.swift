public import Tensors

// Every change of a graph is here: these methods keep the lists of uses, the order of nodes and
// the owners of blocks in step. Unless said otherwise a change takes constant time.

// MARK: - Blocks

extension Graph {
  /// Adds an empty block; it belongs to the node that later names it in an attribute.
  public mutating func addBlock(named name: String = "") -> BlockID {
    blockRecords.append(BlockRecord(name: name, owner: Self.none))
    return BlockID(rawValue: Int32(blockRecords.count - 1))
  }

  /// Adds an input at the end of a block's inputs; the default is what it holds when the caller
  /// gives nothing.
  @discardableResult
  public mutating func addInput(
    named name: String, type: ValueType? = nil, default defaultTensor: Tensor? = nil,
    to block: BlockID? = nil
  ) -> ValueID {
    let block = block ?? body
    let value = addValue(named: name, type: type, origin: .input(block: block.rawValue))
    valueRecords[value.index].constant = defaultTensor
    blockRecords[block.index].inputs.append(value)
    return value
  }

  /// Removes the input at `index` of a block.
  ///
  /// - Precondition: nothing uses it.
  public mutating func removeInput(at index: Int, of block: BlockID) {
    let value = blockRecords[block.index].inputs.remove(at: index)
    discard(value)
  }

  /// Replaces the outputs of a block; each keeps the name given here whatever value takes its place.
  public mutating func setOutputs(
    _ values: [ValueID], named names: [String]? = nil, of block: BlockID? = nil
  ) {
    let block = block ?? body
    let record = blockRecords[block.index]
    unlinkOperands(first: record.firstOperand, count: record.operandCount)
    let first = appendOperands(values, user: ~block.rawValue)
    blockRecords[block.index].firstOperand = first
    blockRecords[block.index].operandCount = Int32(values.count)
    blockRecords[block.index].outputNames = names ?? values.map(name(of:))
  }

  /// Replaces what the model says about a block.
  public mutating func setAnnotations(_ annotations: Annotations, of block: BlockID) {
    blockAnnotations[block] = annotations.isEmpty ? nil : annotations
  }
}

// MARK: - Values

extension Graph {
  /// Adds a tensor that is known before execution.
  @discardableResult
  public mutating func addConstant(
    _ tensor: Tensor, named name: String = "", in block: BlockID? = nil
  ) -> ValueID {
    let type = tensor.valueType
    let value = addValue(
      named: name, type: type, origin: .constant(block: (block ?? body).rawValue))
    valueRecords[value.index].constant = tensor
    return value
  }

  /// Replaces the tensor of a constant or the default of an input.
  public mutating func setConstant(_ tensor: Tensor, of id: ValueID) {
    valueRecords[id.index].constant = tensor
    if isConstant(id) { valueRecords[id.index].type = tensor.valueType }
  }

  /// Turns an input with a default into a constant and takes it from the block's inputs.
  ///
  /// Takes time in proportion to the number of inputs.
  public mutating func makeConstant(_ input: ValueID) {
    guard case .input(let block) = valueRecords[input.index].origin else { return }
    blockRecords[Int(block)].inputs.removeAll { $0 == input }
    valueRecords[input.index].origin = .constant(block: block)
  }

  /// Lets a constant belong to another block, which those that use it lie in.
  public mutating func moveConstant(_ id: ValueID, to block: BlockID) {
    precondition(isConstant(id), "value \(id.index) is no constant")
    valueRecords[id.index].origin = .constant(block: block.rawValue)
  }

  /// Gives a value another name.
  public mutating func setName(_ name: String, of id: ValueID) {
    valueRecords[id.index].name = name
  }

  /// Replaces what is known of a value's type.
  public mutating func setType(_ type: ValueType?, of id: ValueID) {
    valueRecords[id.index].type = type
  }

  /// Replaces what the model says about a value.
  public mutating func setAnnotations(_ annotations: Annotations, of id: ValueID) {
    valueAnnotations[id] = annotations.isEmpty ? nil : annotations
  }

  /// Removes a constant.
  ///
  /// - Precondition: nothing uses it.
  public mutating func removeConstant(_ id: ValueID) {
    precondition(isConstant(id), "value \(id.index) is no constant")
    discard(id)
  }

  /// Replaces every use of `old`, as an output too, in time proportional to the uses.
  ///
  /// The names of outputs stay.
  public mutating func replaceUses(of old: ValueID, with new: ValueID) {
    guard old != new else { return }
    var link = valueRecords[old.index].firstUse
    while link != Self.none {
      let next = operands[Int(link)].next
      operands[Int(link)].value = new.rawValue
      pushUse(link)
      link = next
    }
    valueRecords[old.index].firstUse = Self.none
  }
}

// MARK: - Nodes

extension Graph {
  /// Where in its block a node goes.
  public enum Place: Hashable, Sendable {
    case end(of: BlockID)
    case before(NodeID)
    case after(NodeID)
  }

  /// A result of a node that is about to be added.
  public struct Result: Hashable, Sendable, ExpressibleByStringLiteral {
    public var name: String
    public var type: ValueType?

    public init(_ name: String, type: ValueType? = nil) {
      self.name = name
      self.type = type
    }

    public init(stringLiteral name: String) { self.init(name) }
  }

  /// Adds a node with new values for its results, at the end of the body unless told otherwise.
  ///
  /// A nil input or result is an optional one that is left out.
  @discardableResult
  public mutating func add(
    _ node: Node, inputs: [ValueID?], results: [Result?], at place: Place? = nil
  ) -> NodeID {
    let id = NodeID(rawValue: Int32(nodeRecords.count))
    let values = results.enumerated().map { index, result -> Int32 in
      guard let result else { return Self.none }
      return addValue(
        named: result.name, type: result.type,
        origin: .node(id.rawValue, result: Int32(index))
      ).rawValue
    }
    insert(node, id: id, inputs: inputs, results: values, at: place ?? .end(of: body))
    return id
  }

  /// Changes the operator, the attributes, the name or the lineage of a node.
  public mutating func update(_ id: NodeID, _ change: (inout Node) -> Void) {
    let before = blocks(of: id)
    change(&nodeRecords[id.index].node)
    let operatorID = nodeRecords[id.index].node.operatorID
    if operatorID != operators[operatorIndex(of: id)] {
      nodeRecords[id.index].operatorIndex = operatorTable.index(of: operatorID)
    }
    adopt(blocks(of: id), by: id, instead: before)
  }

  /// Replaces one input of a node.
  public mutating func setInput(_ index: Int, of id: NodeID, to value: ValueID?) {
    let link = nodeRecords[id.index].firstOperand + Int32(index)
    unlinkUse(link)
    operands[Int(link)].value = value?.rawValue ?? Self.none
    if value != nil { pushUse(link) }
  }

  /// Replaces all inputs of a node, whose number may change.
  public mutating func setInputs(_ values: [ValueID?], of id: NodeID) {
    let record = nodeRecords[id.index]
    unlinkOperands(first: record.firstOperand, count: record.operandCount)
    nodeRecords[id.index].firstOperand = appendOperands(values, user: id.rawValue)
    nodeRecords[id.index].operandCount = Int32(values.count)
  }

  /// Changes the number of a node's outputs: drops the last ones or adds values without a name.
  ///
  /// - Precondition: nothing uses the outputs that are dropped.
  public mutating func setOutputCount(_ count: Int, of id: NodeID) {
    var values = outputs(of: id)
    for value in values.dropFirst(count) { if let value { discard(value) } }
    values = Array(values.prefix(count))
    while values.count < count {
      let origin = Origin.node(id.rawValue, result: Int32(values.count))
      values.append(addValue(named: "", type: nil, origin: origin))
    }
    nodeRecords[id.index].firstResult = Int32(results.count)
    nodeRecords[id.index].resultCount = Int32(count)
    results.append(contentsOf: values.map { $0?.rawValue ?? Self.none })
  }

  /// Moves a node to another place.
  ///
  /// - Precondition: `place` does not name the node itself.
  public mutating func move(_ id: NodeID, to place: Place) {
    unlinkNode(id)
    link(id, at: place)
  }

  /// Notes sources whose nodes were removed before this graph was made.
  public mutating func addRemovedSources(_ sources: Lineage) {
    removedSources.formUnion(sources)
  }

  /// Replaces what the model says about a node.
  public mutating func setAnnotations(_ annotations: Annotations, of id: NodeID) {
    nodeAnnotations[id] = annotations.isEmpty ? nil : annotations
  }

  /// Removes a node, its results and its subgraphs; `heir` stands for it from now on.
  ///
  /// - Precondition: nothing uses its results.
  public mutating func remove(_ id: NodeID, leavingLineageTo heir: NodeID? = nil) {
    for block in blocks(of: id) { removeContents(of: block, leavingLineageTo: heir) }
    let record = nodeRecords[id.index]
    if let heir {
      nodeRecords[heir.index].node.lineage.formUnion(record.node.lineage)
    } else {
      removedSources.formUnion(record.node.lineage)
    }
    for value in outputs(of: id) { if let value { discard(value) } }
    unlinkOperands(first: record.firstOperand, count: record.operandCount)
    unlinkNode(id)
    nodeRecords[id.index].block = Self.none
    nodeAnnotations[id] = nil
  }
}
