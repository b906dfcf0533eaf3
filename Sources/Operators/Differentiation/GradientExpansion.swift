public import IR
import Tensors

/// The replacement of a graph's `Gradient` nodes by nodes that compute the gradients.
///
/// What lies between the variables and the result is computed anew from the values that the node is
/// given: they need not be those that the graph computes elsewhere.
final class GradientExpansion {
  private let library: FunctionLibrary
  private let builder: GradientBuilder
  private var values: [String: [ValueID]]
  private var pending: Set<NodeID> = []

  /// Functions call each other, and derivatives are taken of each other, no deeper than this.
  private static let maximumDepth = 64

  /// Creates the expansion of a graph, `first` being one of its `Gradient` nodes.
  init(
    _ graph: Graph, _ registry: OperatorRegistry, _ library: FunctionLibrary, first: NodeID
  ) {
    self.library = library
    values = Self.values(of: graph)
    builder = GradientBuilder(graph, registry, place: first)
  }

  var graph: Graph { builder.graph }

  private static func values(of graph: Graph) -> [String: [ValueID]] {
    var values: [String: [ValueID]] = [:]
    // Outputs keep their names whatever value takes their place.
    for block in graph.blocks {
      for (name, value) in zip(graph.outputNames(of: block), graph.outputs(of: block)) {
        values[name, default: []].append(value)
      }
    }
    for value in graph.values { values[graph.name(of: value), default: []].append(value) }
    return values
  }

  /// Replaces a node and every one that its result depends on.
  func expand(_ id: NodeID) throws(OperatorError) {
    guard graph.contains(id) else { return }
    let node = graph[id]
    do throws(OperatorError) {
      guard pending.count < Self.maximumDepth, pending.insert(id).inserted else {
        throw OperatorError(.limitExceeded, "derivatives depend on each other too deeply")
      }
      defer { pending.remove(id) }
      try replace(id, DifferentiatedFunction(node.attributes))
    } catch {
      throw error.at(node.place)
    }
  }

  private func replace(_ id: NodeID, _ function: DifferentiatedFunction) throws(OperatorError) {
    let inputs = graph.inputs(of: id)
    let outputs = graph.outputs(of: id)
    try function.check(inputs: inputs.count, outputs: outputs.count)
    var named: [ValueID] = []
    for name in function.variables + function.parameters { named.append(try value(name, for: id)) }
    let y = try expandedResult(function.result, for: id, stoppingAt: named)
    builder.move(before: id)
    var tape = GradientTape(builder)
    var copies: [ValueID: ValueID] = [:]
    for (index, value) in named.enumerated() {
      guard let input = inputs[index] else {
        throw OperatorError(.missingInput, "input \(index) is missing")
      }
      copies[value] = index < function.variables.count ? tape.addVariable(input) : input
    }
    for ancestor in ancestors(of: y, stoppingAt: named) {
      try copy(ancestor, to: &tape, &copies)
    }
    let variables = named.prefix(function.variables.count).compactMap { copies[$0] }
    let gradients = try tape.gradients(of: copies[y] ?? y, withRespectTo: variables)
    var results: Set<ValueID> = []
    for (output, gradient) in zip(outputs, gradients) {
      if let output { results.insert(finish(output, with: gradient)) }
    }
    builder.removeUnused(keeping: results)
    builder.edit { $0.remove(id) }
  }

  /// Puts a gradient in the place of an output, under its name.
  private func finish(_ output: ValueID, with gradient: ValueID) -> ValueID {
    let name = graph.name(of: output)
    let result = builder("Identity", gradient)
    builder.edit { graph in
      graph.setName("", of: output)
      graph.setName(name, of: result)
      graph.replaceUses(of: output, with: result)
    }
    values[name] = [result] + (values[name] ?? []).filter { $0 != output }
    return result
  }
}

// MARK: - Names

extension GradientExpansion {
  /// Returns the value of a name that a node sees: of its own block or of one around it.
  private func value(_ name: String, for id: NodeID) throws(OperatorError) -> ValueID {
    var block: BlockID? = graph.block(of: id)
    let candidates = name.isEmpty ? [] : (values[name] ?? []).filter(graph.contains)
    while let current = block {
      if let value = candidates.first(where: { graph.block(of: $0) == current }) { return value }
      block = graph.owner(of: current).map(graph.block(of:))
    }
    throw OperatorError(
      .invalidAttribute, "no value is named \"\(name)\"",
      remedy: "xs, zs and y name values of the graph around the node")
  }

  /// Returns the value to be differentiated, having replaced the derivatives that it depends on.
  private func expandedResult(
    _ name: String, for id: NodeID, stoppingAt named: [ValueID]
  ) throws(OperatorError) -> ValueID {
    while true {
      let value = try value(name, for: id)
      let inner = ancestors(of: value, stoppingAt: named).first { isGradient(graph[$0]) }
      guard let inner else { return value }
      try expand(inner)
    }
  }

  /// Whether a node is one that the expansion replaces.
  func isGradient(_ node: Node) -> Bool {
    node.operatorID.isGradient && library[node.operatorID] == nil
  }
}

extension OperatorID {
  /// Whether the operator is named as ONNX's `Gradient`.
  public var isGradient: Bool { name == "Gradient" && domain == "ai.onnx.preview.training" }
}

// MARK: - Copies

extension GradientExpansion {
  /// Returns the nodes that a value depends on, each after those that it depends on itself.
  private func ancestors(of value: ValueID, stoppingAt stops: [ValueID]) -> [NodeID] {
    let stops = Set(stops)
    func producer(_ value: ValueID?) -> NodeID? {
      value.flatMap { stops.contains($0) ? nil : graph.producer(of: $0) }
    }
    guard let last = producer(value) else { return [] }
    var (order, seen) = ([NodeID](), Set([last]))
    var stack = [(node: last, next: 0)]
    while let (node, next) = stack.last {
      guard next < graph.inputCount(of: node) else {
        order.append(node)
        stack.removeLast()
        continue
      }
      stack[stack.count - 1].next += 1
      if let input = producer(graph.input(next, of: node)), seen.insert(input).inserted {
        stack.append((input, 0))
      }
    }
    return order
  }

  private func copy(
    _ id: NodeID, to tape: inout GradientTape, _ copies: inout [ValueID: ValueID]
  ) throws(OperatorError) {
    let outputs = graph.outputs(of: id)
    let inputs = graph.inputs(of: id).map { value in value.map { copies[$0] ?? $0 } }
    let results = try copy(graph[id], inputs, outputs.count, to: &tape, depth: 0)
    for (output, result) in zip(outputs, results) {
      // A value that the gradients are taken by stands for itself.
      if let output, copies[output] == nil { copies[output] = result }
    }
  }

  private func copy(
    _ node: Node, _ inputs: [ValueID?], _ outputCount: Int, to tape: inout GradientTape, depth: Int
  ) throws(OperatorError) -> [ValueID?] {
    if let function = library[node.operatorID] {
      guard depth < Self.maximumDepth else {
        throw OperatorError(.limitExceeded, "functions call each other too deeply")
      }
      return try inline(function.body(for: node), inputs, to: &tape, depth: depth + 1)
    }
    guard !node.attributes.contains(where: { !$0.value.blocks.isEmpty }), !isGradient(node) else {
      throw OperatorError(
        .unsupported, "\(node.operatorID.name) has no derivative in this version"
      ).at(node.place)
    }
    return try tape.add(node, inputs, outputCount: outputCount)
  }

  /// Copies the nodes of a function's body.
  private func inline(
    _ body: Graph, _ inputs: [ValueID?], to tape: inout GradientTape, depth: Int
  ) throws(OperatorError) -> [ValueID?] {
    var copies: [ValueID: ValueID] = [:]
    for (parameter, input) in zip(body.inputs, inputs) { copies[parameter] = input }
    func copied(_ value: ValueID?) -> ValueID? {
      guard let value else { return nil }
      if copies[value] == nil, body.isConstant(value), let tensor = body.constant(of: value) {
        copies[value] = builder.constant(tensor)
      }
      return copies[value]
    }
    for id in body.nodes {
      try builder.checkCount(adding: 1)
      let outputs = body.outputs(of: id)
      let results = try copy(
        body[id], body.inputs(of: id).map(copied), outputs.count, to: &tape, depth: depth)
      for (output, result) in zip(outputs, results) {
        if let output { copies[output] = result }
      }
    }
    return body.outputs.map(copied)
  }
}
