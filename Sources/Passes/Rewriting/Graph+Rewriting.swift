import IR
import Tensors

// What changes do to a graph, beside the single edits.

extension Graph {
  /// Adds a node in the newest form of its operator before another and returns its only result.
  mutating func insert(
    _ id: OperatorID, _ inputs: [ValueID?], attributes: Attributes = [:], name: String = "",
    type: ValueType? = nil, before place: NodeID
  ) -> ValueID? {
    let node = Node(id, attributes: attributes, name: name, lineage: self[place].lineage)
    let added = add(node, inputs: inputs, results: [Result("", type: type)], at: .before(place))
    return output(0, of: added)
  }

  /// Puts a value in the place of the first output of a node and removes the node, and all that
  /// only it needed.
  ///
  /// What is known of the type of either holds for the value. The node that computes the value
  /// stands for the removed one.
  mutating func replace(_ node: NodeID, with value: ValueID) {
    guard let output = output(0, of: node) else { return }
    if !isConstant(value), let type = type(of: output) {
      setType(type.refined(by: self.type(of: value)), of: value)
    }
    if name(of: value).isEmpty, producer(of: value) != nil {
      let name = name(of: output)
      setName("", of: output)
      setName(name, of: value)
    }
    replaceUses(of: output, with: value)
    removeUnused(node, leavingLineageTo: producer(of: value))
  }

  /// Gives a node a constant of its own as input `index`, and removes the former one, whose name
  /// it takes, if nothing else uses it.
  mutating func replaceConstant(_ index: Int, of node: NodeID, with tensor: Tensor) {
    var inputs = inputs(of: node)
    while inputs.count <= index { inputs.append(nil) }
    let former = inputs[index]
    let new = addConstant(tensor, in: block(of: node))
    inputs[index] = new
    setInputs(inputs, of: node)
    if let former, isConstant(former), !hasUses(former) {
      setName(name(of: former), of: new)
      removeConstant(former)
    }
  }

  /// Removes a node if nothing uses what it computes, and then those that only it needed.
  mutating func removeUnused(_ node: NodeID, leavingLineageTo heir: NodeID? = nil) {
    var pending = [node]
    var heir = heir
    while let node = pending.popLast() {
      guard contains(node), !outputs(of: node).contains(where: { $0.map(hasUses) ?? false }) else {
        continue
      }
      let inputs = inputs(of: node).compactMap { $0 } + captures(of: node)
      remove(node, leavingLineageTo: heir == node ? nil : heir)
      // What the others computed is part of what the first did.
      heir = heir.flatMap { contains($0) ? $0 : nil }
      for input in inputs where contains(input) && !hasUses(input) {
        if let producer = producer(of: input) {
          pending.append(producer)
        } else if isConstant(input) {
          removeConstant(input)
        }
      }
    }
  }

  /// The values around a node that its subgraphs use.
  func captures(of node: NodeID) -> [ValueID] {
    var pending = blocks(of: node)
    guard !pending.isEmpty else { return [] }
    var inner: Set<BlockID> = []
    var used: [ValueID] = []
    while let block = pending.popLast() {
      inner.insert(block)
      used += outputs(of: block)
      for node in nodes(in: block) {
        used += inputs(of: node).compactMap { $0 }
        pending += blocks(of: node)
      }
    }
    return used.filter { !inner.contains(block(of: $0)) }
  }
}

extension ValueType {
  /// What is known when both types hold.
  func refined(by other: ValueType?) -> ValueType {
    guard case .tensor(let element, let shape) = self,
      case .tensor(let otherElement, let otherShape)? = other
    else { return self }
    return .tensor(element ?? otherElement, shape?.refined(by: otherShape) ?? otherShape)
  }
}

extension Shape {
  fileprivate func refined(by other: Shape?) -> Shape {
    guard let other, other.rank == rank else { return self }
    return Shape(
      zip(dimensions, other.dimensions).map { own, other in
        switch (own, other) {
        case (.fixed, _), (.symbolic, .unknown), (.symbolic, .symbolic): own
        default: other
        }
      })
  }
}
