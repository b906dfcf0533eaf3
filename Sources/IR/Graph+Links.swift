import Tensors

// The linked lists behind `Graph+Editing.swift`: nobody else calls these.

extension Tensor {
  /// The type of a value that is this tensor.
  var valueType: ValueType {
    encoding == .dense
      ? .tensor(elementType, Shape(shape)) : .sparseTensor(elementType, Shape(shape))
  }
}

// MARK: - Values

extension Graph {
  mutating func addValue(named name: String, type: ValueType?, origin: Origin) -> ValueID {
    valueRecords.append(ValueRecord(name: name, type: type, constant: nil, origin: origin))
    return ValueID(rawValue: Int32(valueRecords.count - 1))
  }

  mutating func discard(_ value: ValueID) {
    precondition(!hasUses(value), "value \(name(of: value)) is still used")
    valueRecords[value.index] = ValueRecord(name: "", type: nil, constant: nil, origin: .removed)
    valueAnnotations[value] = nil
  }
}

// MARK: - Uses

extension Graph {
  mutating func appendOperands(_ values: [ValueID?], user: Int32) -> Int32 {
    let first = Int32(operands.count)
    for (position, value) in values.enumerated() {
      operands.append(
        Operand(value: value?.rawValue ?? Self.none, user: user, position: Int32(position)))
      if value != nil { pushUse(first + Int32(position)) }
    }
    return first
  }

  mutating func unlinkOperands(first: Int32, count: Int32) {
    for link in first..<(first + count) {
      unlinkUse(link)
      operands[Int(link)].value = Self.none
    }
  }

  mutating func pushUse(_ link: Int32) {
    let value = Int(operands[Int(link)].value)
    let head = valueRecords[value].firstUse
    operands[Int(link)].previous = Self.none
    operands[Int(link)].next = head
    if head != Self.none { operands[Int(head)].previous = link }
    valueRecords[value].firstUse = link
  }

  mutating func unlinkUse(_ link: Int32) {
    let operand = operands[Int(link)]
    guard operand.value != Self.none else { return }
    if operand.previous == Self.none {
      valueRecords[Int(operand.value)].firstUse = operand.next
    } else {
      operands[Int(operand.previous)].next = operand.next
    }
    if operand.next != Self.none { operands[Int(operand.next)].previous = operand.previous }
  }
}

// MARK: - Nodes

extension Graph {
  mutating func insert(
    _ node: Node, id: NodeID, inputs: [ValueID?], results values: [Int32], at place: Place
  ) {
    let firstResult = Int32(results.count)
    results.append(contentsOf: values)
    let firstOperand = appendOperands(inputs, user: id.rawValue)
    nodeRecords.append(
      NodeRecord(
        node: node, operatorIndex: operatorTable.index(of: node.operatorID), block: Self.none,
        firstOperand: firstOperand, operandCount: Int32(inputs.count), firstResult: firstResult,
        resultCount: Int32(values.count)))
    link(id, at: place)
    adopt(blocks(of: id), by: id, instead: [])
  }

  mutating func adopt(_ blocks: [BlockID], by node: NodeID, instead former: [BlockID]) {
    guard blocks != former else { return }
    for block in former { blockRecords[block.index].owner = Self.none }
    for block in blocks { blockRecords[block.index].owner = node.rawValue }
  }

  mutating func link(_ id: NodeID, at place: Place) {
    let (block, previous, next) = neighbours(at: place)
    nodeRecords[id.index].block = block
    nodeRecords[id.index].previous = previous
    nodeRecords[id.index].next = next
    if previous == Self.none {
      blockRecords[Int(block)].firstNode = id.rawValue
    } else {
      nodeRecords[Int(previous)].next = id.rawValue
    }
    if next == Self.none {
      blockRecords[Int(block)].lastNode = id.rawValue
    } else {
      nodeRecords[Int(next)].previous = id.rawValue
    }
    blockRecords[Int(block)].nodeCount += 1
  }

  mutating func unlinkNode(_ id: NodeID) {
    let record = nodeRecords[id.index]
    if record.previous == Self.none {
      blockRecords[Int(record.block)].firstNode = record.next
    } else {
      nodeRecords[Int(record.previous)].next = record.next
    }
    if record.next == Self.none {
      blockRecords[Int(record.block)].lastNode = record.previous
    } else {
      nodeRecords[Int(record.next)].previous = record.previous
    }
    blockRecords[Int(record.block)].nodeCount -= 1
  }

  mutating func removeContents(of block: BlockID, leavingLineageTo heir: NodeID?) {
    setOutputs([], of: block)
    // Backwards, so that every result has lost its uses when its node goes.
    while blockRecords[block.index].lastNode != Self.none {
      remove(NodeID(rawValue: blockRecords[block.index].lastNode), leavingLineageTo: heir)
    }
    for input in inputs(of: block) { discard(input) }
    blockRecords[block.index].inputs = []
    blockRecords[block.index].isRemoved = true
    blockAnnotations[block] = nil
    discardConstants(of: block)
  }

  private mutating func discardConstants(of block: BlockID) {
    for index in valueRecords.indices {
      guard case .constant(block.rawValue) = valueRecords[index].origin else { continue }
      discard(ValueID(rawValue: Int32(index)))
    }
  }

  private func neighbours(at place: Place) -> (block: Int32, previous: Int32, next: Int32) {
    switch place {
    case .end(let block):
      (block.rawValue, blockRecords[block.index].lastNode, Self.none)
    case .before(let node):
      (nodeRecords[node.index].block, nodeRecords[node.index].previous, node.rawValue)
    case .after(let node):
      (nodeRecords[node.index].block, node.rawValue, nodeRecords[node.index].next)
    }
  }
}
