import IR
import Tensors

/// The walk over one graph that upgrades nodes and infers types, each node once and in order.
///
/// A value and not a class: reading a graph that lies in an object copies its references each time.
struct GraphPreparation {
  private(set) var graph: Graph
  private(set) var report = PreparationReport()

  private let registry: OperatorRegistry
  private let library: FunctionLibrary
  private let calls: CallInference
  private var depth: Int
  private var infersTypes = true
  private(set) var elements: [ValueID: SymbolicTensor] = [:]
  private var preparedBlocks: Set<BlockID> = []
  private(set) var symbols = SymbolScope()

  /// `depth` says how deep the graph lies in calls and subgraphs.
  init(
    _ graph: Graph, _ registry: OperatorRegistry, _ library: FunctionLibrary,
    calls: CallInference = CallInference(), depth: Int = 0
  ) {
    self.graph = graph
    self.registry = registry
    self.library = library
    self.calls = calls
    self.depth = depth
  }

  /// Upgrades every node and derives no types.
  mutating func upgradeOnly() {
    infersTypes = false
    for block in graph.blocks { prepare(block) }
  }

  /// Upgrades every node and derives types from those of the graph's inputs.
  mutating func prepareBody() {
    prepare(graph.body)
  }

  /// Derives what is known of the graph's outputs when its inputs are as given.
  ///
  /// The graph is the body of a function: the symbols of its types are none of those of the inputs.
  mutating func outputs(whenInputsAre inputs: [InferredValue?]) -> [InferredValue] {
    for value in graph.values {
      guard let type = graph.type(of: value) else { continue }
      let unnamed = type.mapDimensions { $0.fixedValue == nil ? .unknown : $0 }
      if unnamed != type { graph.setType(unnamed, of: value) }
    }
    for case let input? in inputs { symbols.meet(input.dimensions) }
    let mark = symbols.enter()
    for (index, value) in graph.inputs.enumerated() {
      if index < inputs.count, let known = inputs[index] {
        assign(known, to: value)
      } else {
        leaveOut(value)
      }
    }
    prepareBody()
    symbols.leave(mark)
    return graph.outputs.map { visible($0) }
  }

  /// Leaves a value that a call does not give out of the nodes that do not need it.
  private mutating func leaveOut(_ value: ValueID) {
    for use in graph.uses(of: value) {
      guard case .node(let user, let index) = use else { continue }
      let id = graph[user].operatorID
      let parameter = registry[id]?.schema.parameter(ofInput: index)
      if library[id] != nil || parameter?.presence == .optional {
        graph.setInput(index, of: user, to: nil)
      }
    }
  }

  // MARK: - Nodes

  private mutating func prepare(_ block: BlockID) {
    preparedBlocks.insert(block)
    if infersTypes { for input in graph.inputs(of: block) { nameSizes(input) } }
    var previous: NodeID?
    // Upgrades may insert nodes: the walk goes on from the last node that is finished.
    while let node = previous.map({ graph.node(after: $0) }) ?? graph.firstNode(in: block) {
      if upgrade(node) { continue }
      if infersTypes { infer(node) }
      previous = node
    }
  }

  /// Brings a node to the newest form; true when the node must be looked at again.
  private mutating func upgrade(_ id: NodeID) -> Bool {
    let node = graph[id]
    guard library[node.operatorID] == nil, let definition = registry[node.operatorID] else {
      return false
    }
    let newest = definition.schema.version
    let version = node.operatorID.version
    guard version != newest else { return false }
    // Set first, so that a rule that fails or removes the node is not tried again.
    graph.update(id) { $0.operatorID.version = newest }
    guard version > 0, version < newest else { return false }
    do throws(OperatorError) {
      for upgrade in definition.upgrades where upgrade.version > version && graph.contains(id) {
        try upgrade.rewrite(&graph, id)
      }
    } catch {
      report.errors.append(error.at(place(of: node)))
    }
    return true
  }

  private mutating func infer(_ id: NodeID) {
    let node = graph[id]
    do throws(OperatorError) {
      let results = try results(of: id, node)
      for (value, result) in zip(graph.outputs(of: id), results) {
        if let value { assign(result, to: value) }
      }
    } catch {
      report.errors.append(error.at(place(of: node)))
    }
    for block in graph.blocks(of: id) where !preparedBlocks.contains(block) {
      do throws(OperatorError) {
        try prepareSubgraph(block)
      } catch {
        report.errors.append(error.at(place(of: node)))
      }
    }
    for case let value? in graph.outputs(of: id) { nameSizes(value) }
  }

  private mutating func prepareSubgraph(
    _ block: BlockID, whenInputsAre inputs: [InferredValue] = []
  ) throws(OperatorError) {
    depth += 1
    let mark = symbols.enter()
    defer {
      depth -= 1
      symbols.leave(mark)
    }
    try Nesting.check(depth)
    for (value, known) in zip(graph.inputs(of: block), inputs) { assign(known, to: value) }
    prepare(block)
  }

  private mutating func results(
    of id: NodeID, _ node: Node
  ) throws(OperatorError) -> [InferredValue] {
    let inputs = knownInputs(of: id)
    if let call = try library.call(of: node) { return try infer(call, inputs) }
    guard let definition = registry[node.operatorID] else {
      report.addOpaque(node.operatorID)
      return []
    }
    try definition.schema.check(
      node, inputs: inputs.map { $0.map { ArgumentType($0.type) } },
      outputCount: graph.outputCount(of: id))
    guard graph.blocks(of: id).isEmpty else { return try infer(id, definition, inputs) }
    return try definition.infer(
      InferenceContext(
        node: node, inputs: inputs, constants: constantInputs(of: id),
        outputCount: graph.outputCount(of: id)))
  }

  /// Infers a node with subgraphs, which its rule asks about.
  private mutating func infer(
    _ id: NodeID, _ definition: OperatorDefinition, _ inputs: [InferredValue?]
  ) throws(OperatorError) -> [InferredValue] {
    let (node, constants) = (graph[id], constantInputs(of: id))
    let outputCount = graph.outputCount(of: id)
    func inferBlock(
      _ block: BlockID, _ inputs: [InferredValue]
    ) throws(OperatorError) -> [InferredValue] {
      try prepareSubgraph(block, whenInputsAre: inputs)
      return graph.outputs(of: block).map { visible($0) }
    }
    return try withoutActuallyEscaping(inferBlock) { rule throws(OperatorError) in
      try definition.infer(
        InferenceContext(
          node: node, inputs: inputs, constants: constants, outputCount: outputCount,
          inferBlock: rule))
    }
  }

  /// Infers the body of a function, once for all equal calls with inputs of equal types.
  private mutating func infer(
    _ call: FunctionCall, _ inputs: [InferredValue?]
  ) throws(OperatorError) -> [InferredValue] {
    let (use, names) = CallInference.Use.make(call, inputs)
    if let outputs = calls.outputs[use] { return outputs.map { $0.renaming(names) } }
    try Nesting.check(depth + 1)
    let body = call.body
    try calls.budget.add(body)
    var preparation = GraphPreparation(body, registry, library, calls: calls, depth: depth + 1)
    let outputs = preparation.outputs(whenInputsAre: use.inputs)
    calls.outputs[use] = outputs
    report.merge(preparation.report)
    return outputs.map { $0.renaming(names) }
  }

  // MARK: - Values

  private func knownInputs(of node: NodeID) -> [InferredValue?] {
    graph.inputs(of: node).map { $0.map { known($0) } }
  }

  private func constantInputs(of node: NodeID) -> [Tensor?] {
    graph.inputs(of: node).map {
      $0.flatMap { graph.isConstant($0) ? graph.constant(of: $0) : nil }
    }
  }

  private func known(_ value: ValueID) -> InferredValue {
    var elements = self.elements[value]
    if elements == nil, graph.isConstant(value), let tensor = graph.constant(of: value) {
      elements = SymbolicTensor(tensor)
    }
    return InferredValue(graph.type(of: value), elements: elements)
  }

  /// What is known of an output of a block or a body by what is known around it.
  private func visible(_ value: ValueID) -> InferredValue { symbols.withoutHidden(known(value)) }

  /// Gives the extents of a value that nothing is known of a symbol each.
  private mutating func nameSizes(_ value: ValueID) {
    guard let type = graph.type(of: value) else { return }
    let named = symbols.named(type, in: graph)
    if named != type { graph.setType(named, of: value) }
    symbols.meet(named.dimensions)
  }

  private mutating func assign(_ result: InferredValue, to value: ValueID) {
    if let elements = result.elements { self.elements[value] = elements }
    let declared = graph.type(of: value)
    guard result.type != declared else { return }
    graph.setType(merged(declared: declared, inferred: result.type), of: value)
  }

  private func place(of node: Node) -> String {
    node.name.isEmpty ? node.operatorID.name : "\(node.operatorID.name) \"\(node.name)\""
  }
}
