import IR
import Tensors

// Nodes that there are become the contents of subgraphs and of functions.

extension GraphGrower {
  /// Puts some computations of the graph, as they are, into subgraphs and functions.
  mutating func enclose() {
    let steps: [Step] = [
      { $0.branch() }, { $0.branch() }, { $0.loop() }, { $0.scan() }, { $0.makeFunction() },
    ]
    for _ in 0..<random.number(0...4) { _ = attempt(random.pick(steps)) }
  }

  /// Chooses a node with one result and those that only it needs, in order.
  ///
  /// The nodes lie in one block; what they use lies before the last of them.
  private mutating func computation(depth: Int = 4) -> [NodeID]? {
    let graph = model.graph
    let candidates = graph.blocks.flatMap { Array(graph.nodes(in: $0)) }.filter { node in
      graph.outputs(of: node).count == 1
        && graph.output(0, of: node).map { graph.type(of: $0)?.elementType != nil } ?? false
    }
    guard !candidates.isEmpty else { return nil }
    let last = random.pick(candidates)
    var chosen: Set<NodeID> = [last]
    var pending = [last]
    while let node = pending.popLast(), chosen.count < depth {
      for case let input? in graph.inputs(of: node) {
        guard let producer = graph.producer(of: input),
          graph.block(of: producer) == graph.block(of: last),
          graph.outputs(of: producer).allSatisfy({ output in
            output.map { graph.uses(of: $0).allSatisfy { $0.isBy(chosen) } } ?? true
          }), random.chance(3, of: 4)
        else { continue }
        if chosen.insert(producer).inserted { pending.append(producer) }
      }
    }
    return graph.nodes(in: graph.block(of: last)).filter(chosen.contains)
  }

  /// Adds a node with subgraphs before the last of some nodes, moves these into the block that
  /// `subgraph` prepared, and puts the output of the node in the place of their result.
  private mutating func move(
    _ nodes: [NodeID], into block: BlockID, of node: Node, _ inputs: [ValueID?], result: Int = 0,
    count: Int = 1
  ) -> Bool {
    guard let last = nodes.last, let output = model.graph.output(0, of: last) else { return false }
    let type = model.graph.type(of: output)
    var node = node
    node.name = "node\(model.graph.nodeCapacity)"
    let added = model.graph.add(
      node, inputs: inputs, results: (0..<count).map { $0 == result ? .init("", type: type) : "" },
      at: .before(last))
    guard let new = model.graph.output(result, of: added) else { return false }
    model.graph.replaceUses(of: output, with: new)
    for node in nodes { model.graph.move(node, to: .end(of: block)) }
    return true
  }

  /// A constant of the shape and type that a value has, where both are known.
  private mutating func filler(like value: ValueID, in block: BlockID) -> ValueID? {
    guard case .tensor(let type?, let shape?)? = model.graph.type(of: value) else { return nil }
    let extents = shape.dimensions.compactMap(\.fixedValue)
    guard extents.count == shape.rank else { return nil }
    return model.graph.addConstant(fill(type, extents), in: block)
  }

  /// Lets a computation be one branch of an If whose condition is constant or computed.
  mutating func branch() -> Bool {
    guard let nodes = computation(), let last = nodes.last,
      let output = model.graph.output(0, of: last)
    else { return false }
    let (own, other) = (model.graph.addBlock(), model.graph.addBlock())
    let isTaken = random.chance(2, of: 3)
    let place = model.graph.block(of: last)
    let condition: ValueID
    if random.chance(1, of: 2) {
      condition = model.graph.addConstant(Tensor(scalar: isTaken), in: place)
    } else {
      condition = input(Tensor(scalar: isTaken))
    }
    let substitute = filler(like: output, in: other) ?? model.graph.inputs.first ?? output
    let isThen = random.chance(1, of: 2) == isTaken
    let node = Node(
      .newest("If"),
      attributes: [
        "then_branch": .block(isThen ? own : other), "else_branch": .block(isThen ? other : own),
      ])
    guard move(nodes, into: own, of: node, [condition]) else { return false }
    model.graph.setOutputs([output], named: ["r"], of: own)
    if random.chance(1, of: 3), model.graph.type(of: substitute)?.elementType == .float32 {
      let negated = model.graph.add(
        Node(.newest("Neg")), inputs: [substitute], results: [""], at: .end(of: other))
      model.graph.setOutputs(
        model.graph.outputs(of: negated).compactMap { $0 }, named: ["r"], of: other)
    } else {
      model.graph.setOutputs([substitute], named: ["r"], of: other)
    }
    return true
  }

  /// Lets a computation be the body of a loop of a known number of steps.
  mutating func loop() -> Bool {
    guard let nodes = computation(), let last = nodes.last,
      let output = model.graph.output(0, of: last)
    else { return false }
    let place = model.graph.block(of: last)
    guard let initial = filler(like: output, in: place) else { return false }
    let body = model.graph.addBlock()
    model.graph.addInput(named: "i", type: .tensor(.int64, []), to: body)
    let goesOn = model.graph.addInput(named: "c", type: .tensor(.bool, []), to: body)
    let state = model.graph.addInput(named: "a", type: model.graph.type(of: output), to: body)
    let steps = model.graph.addConstant(
      Tensor(scalar: Int64(random.number(0...3))), in: place)
    let condition =
      random.chance(1, of: 2) ? model.graph.addConstant(Tensor(scalar: true), in: place) : nil
    let node = Node(.newest("Loop"), attributes: ["body": .block(body)])
    let stacks = random.chance(1, of: 2)
    guard move(nodes, into: body, of: node, [steps, condition, initial], count: stacks ? 2 : 1)
    else { return false }
    var next = output
    if random.chance(1, of: 2), model.graph.type(of: output)?.elementType == .float32 {
      let sum = model.graph.add(
        Node(.newest("Add")), inputs: [output, state], results: [""], at: .end(of: body))
      next = model.graph.output(0, of: sum) ?? next
    }
    model.graph.setOutputs(
      [goesOn, next] + (stacks ? [output] : []), named: ["c", "n"] + (stacks ? ["s"] : []),
      of: body)
    return true
  }

  /// Lets a computation be the body of a scan over the rows of a value.
  mutating func scan() -> Bool {
    guard let nodes = computation(), let last = nodes.last,
      let output = model.graph.output(0, of: last)
    else { return false }
    let place = model.graph.block(of: last)
    guard let initial = filler(like: output, in: place) else { return false }
    let rows = model.graph.addConstant(fill(.float32, [random.number(1...3), 2]), in: place)
    let body = model.graph.addBlock()
    let state = model.graph.addInput(named: "s", type: model.graph.type(of: output), to: body)
    let row = model.graph.addInput(named: "e", type: .tensor(.float32, [2]), to: body)
    let node = Node(
      .newest("Scan"), attributes: ["body": .block(body), "num_scan_inputs": .int(1)])
    guard move(nodes, into: body, of: node, [initial, rows], count: 2) else { return false }
    var next = output
    if random.chance(1, of: 2), model.graph.type(of: output)?.elementType == .float32 {
      let sum = model.graph.add(
        Node(.newest("Sub")), inputs: [output, state], results: [""], at: .end(of: body))
      next = model.graph.output(0, of: sum) ?? next
    }
    let scanned = model.graph.add(
      Node(.newest("Relu")), inputs: [row], results: [""], at: .end(of: body))
    let results = [next] + model.graph.outputs(of: scanned).compactMap { $0 }
    model.graph.setOutputs(results, named: ["t", "f"], of: body)
    return true
  }
}

extension Use {
  fileprivate func isBy(_ nodes: Set<NodeID>) -> Bool {
    guard case .node(let user, _) = self else { return false }
    return nodes.contains(user)
  }
}
