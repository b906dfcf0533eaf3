import Tensors

extension Graph {
  /// Returns everything that is wrong with the structure of the graph, in execution order.
  ///
  /// Takes time in proportion to the graph and recurses nowhere. What operators demand of their
  /// inputs, outputs and attributes is not looked at: that is the business of their schemas.
  public func validate() -> [Finding] { validate(blocksOwnedElsewhere: []) }

  func validate(blocksOwnedElsewhere blocks: [BlockID]) -> [Finding] {
    var validator = GraphValidator(self)
    validator.validate(beginningWith: [body] + blocks)
    return validator.findings
  }
}

/// One walk through a graph that collects findings.
struct GraphValidator {
  private(set) var findings: [Finding] = []

  private let graph: Graph
  private var walk: GraphWalk
  private var names: NameScopes
  private var isFinished: [Bool]
  private var hasDisorder = false
  /// The uses that come too early: the finding, the user and what it needs, by node.
  private var early: [(finding: Int, user: NodeID, needed: NodeID)] = []

  init(_ graph: Graph) {
    self.graph = graph
    walk = GraphWalk(graph, from: graph.body)
    names = NameScopes(graph)
    isFinished = Array(repeating: false, count: graph.nodeCapacity)
  }

  mutating func validate(beginningWith roots: [BlockID]) {
    for root in roots where !walk.hasVisited[root.index] {
      walk.restart(from: root)
      while let event = walk.next() { visit(event) }
    }
    if !early.isEmpty { explainDisorder() }
    checkOwners()
    checkTensors()
    for input in graph.inputs where !graph.hasUses(input) {
      report(.note, .unusedInput, "nothing uses input \(graph.label(of: input))", at: .value(input))
    }
  }

  private mutating func visit(_ event: GraphWalk.Event) {
    switch event {
    case .enter(let block):
      checkInterface(of: block)
      for (first, second) in names.enter(block) where !areInputsOfOneBlock(first, second) {
        report(
          .warning, .ambiguousName,
          "two values are named \(graph.label(of: first)), where both are visible",
          at: .value(second))
      }
    case .node(let node):
      if graph[node].operatorID.name.isEmpty {
        report(
          .error, .missingOperator, "\(graph.label(of: node)) names no operator", at: .node(node))
      }
      for value in graph.values(usedBy: event) {
        checkVisibility(of: value, at: .node(node))
      }
    case .leave(let block):
      for value in graph.outputs(of: block) {
        checkVisibility(of: value, at: .block(block))
      }
      names.leave()
    case .finish(let node):
      isFinished[node.index] = true
    case .revisit(let block, let node):
      report(
        .error, .sharedBlock,
        "\(graph.label(of: node)) has \(graph.label(of: block)) as its subgraph, which belongs to "
          + (graph.owner(of: block).map { $0 == node ? "it already" : graph.label(of: $0) }
            ?? "no node"),
        at: .block(block))
    }
  }

  private func areInputsOfOneBlock(_ first: ValueID, _ second: ValueID) -> Bool {
    guard case .input = graph.definition(of: first) else { return false }
    return graph.definition(of: first) == graph.definition(of: second)
  }

  private mutating func report(
    _ severity: Finding.Severity, _ code: Finding.Code, _ message: String, at place: Finding.Place
  ) {
    findings.append(Finding(severity, code, message, at: place))
  }
}

// MARK: - Uses

extension GraphValidator {
  private mutating func checkVisibility(of value: ValueID, at place: Finding.Place) {
    guard graph.contains(value) else {
      report(
        .error, .missingValue, "\(user(at: place)) uses value \(value.index), which is removed",
        at: place)
      return
    }
    let producer = graph.producer(of: value)
    // Most values come from a node before, in the same block or around it.
    let block = graph.block(of: value)
    guard walk.isInside(block) else {
      report(
        .error, .scope,
        "\(user(at: place)) uses \(graph.label(of: value)), which exists only in \(graph.label(of: block))",
        at: place)
      return
    }
    guard let producer, !isFinished[producer.index], let node = walk.node(in: block) else { return }
    early.append((findings.count, node, producer))
    report(
      .error, .order,
      "\(user(at: place)) uses \(graph.label(of: value)) before \(graph.label(of: producer)) computes it",
      at: place)
  }

  private func user(at place: Finding.Place) -> String {
    switch place {
    case .node(let node): graph.label(of: node)
    case .value(let value): graph.label(of: value)
    case .block(let block): "an output of \(graph.label(of: block))"
    }
  }

  /// Replaces the findings about uses that no order could satisfy by one for each cycle.
  private mutating func explainDisorder() {
    var dependencies = DependencyGraph(count: graph.nodeCapacity)
    var walk = GraphWalk(graph, from: graph.body)
    while let event = walk.next() {
      for value in graph.values(usedBy: event) where graph.contains(value) {
        guard let producer = graph.producer(of: value),
          let user = walk.node(in: graph.block(of: producer))
        else { continue }
        dependencies.add(user.index, needs: producer.index)
      }
    }
    let order = dependencies.order()
    var inCycles: Set<Int> = []
    for (finding, user, needed) in early
    where order.component[user.index] == order.component[needed.index] {
      inCycles.insert(finding)
    }
    findings = findings.indices.filter { !inCycles.contains($0) }.map { findings[$0] }
    for cycle in order.cycles { reportCycle(cycle.map { NodeID(rawValue: Int32($0)) }) }
  }

  private mutating func reportCycle(_ nodes: [NodeID]) {
    let shown = 8
    let labels = nodes.prefix(shown).map(graph.label(of:)).joined(separator: " → ")
    let rest = nodes.count > shown ? " → … (\(nodes.count) nodes)" : ""
    guard let first = nodes.first else { return }
    let message =
      nodes.count == 1
      ? "\(labels) needs its own result"
      : "nodes need each other's results: \(labels)\(rest) → \(graph.label(of: first))"
    report(.error, .cycle, message, at: .node(first))
  }
}

// MARK: - Parts

extension GraphValidator {
  private mutating func checkInterface(of block: BlockID) {
    let inputs = graph.inputs(of: block).map { graph.name(of: $0) }
    let outputs = graph.outputNames(of: block)
    for (kind, names) in [("inputs", inputs), ("outputs", outputs)] {
      var seen: Set<String> = []
      for name in names where !name.isEmpty && !seen.insert(name).inserted {
        report(
          .error, .duplicateName, "\(graph.label(of: block)) has two \(kind) named \"\(name)\"",
          at: .block(block))
      }
    }
  }

  private mutating func checkOwners() {
    for (index, record) in graph.blockRecords.enumerated()
    where !record.isRemoved && !walk.hasVisited[index] {
      let block = BlockID(rawValue: Int32(index))
      report(
        .error, .unownedBlock, "no node of the graph has \(graph.label(of: block)) as its subgraph",
        at: .block(block))
    }
  }

  private mutating func checkTensors() {
    for value in graph.values {
      guard let tensor = graph.constant(of: value), let type = graph.type(of: value),
        !type.admits(tensor)
      else { continue }
      let kind = graph.isConstant(value) ? "constant" : "the default of input"
      report(
        .error, .type,
        "\(kind) \(graph.label(of: value)) is declared as \(type), but its tensor is "
          + "\(tensor.valueType)", at: .value(value))
    }
  }
}

extension ValueType {
  /// Whether a tensor can be a value of the type.
  func admits(_ tensor: Tensor) -> Bool {
    switch self {
    case .tensor(let element, let shape), .sparseTensor(let element, let shape):
      (element ?? tensor.elementType) == tensor.elementType
        && shape?.admits(tensor.shape) ?? true
    case .sequence, .optional, .map, .opaque: false
    }
  }
}

extension Shape {
  fileprivate func admits(_ extents: [Int]) -> Bool {
    rank == extents.count
      && zip(dimensions, extents).allSatisfy { ($0.fixedValue ?? $1) == $1 }
  }
}
