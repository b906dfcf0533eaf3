import IR

/// The computation of a result from variables, and from it that of the gradients.
///
/// Reverse mode: Griewank and Walther, Evaluating Derivatives, 2008, chapter 3.
struct GradientTape {
  private let rules: DifferentiationRules
  private let builder: GradientBuilder
  /// The nodes that depend on variables, in order.
  private var nodes: [DifferentiatedNode] = []
  /// The values that depend on variables.
  private var active: Set<ValueID> = []

  init(_ builder: GradientBuilder, rules: DifferentiationRules = .standard) {
    self.builder = builder
    self.rules = rules
  }

  /// Adds a variable with the value of another.
  mutating func addVariable(_ value: ValueID) -> ValueID {
    let variable = builder("Identity", value)
    active.insert(variable)
    return variable
  }

  /// Adds a node, or what it is decomposed into, and returns its outputs.
  mutating func add(
    _ node: Node, _ inputs: [ValueID?], outputCount: Int
  ) throws(OperatorError) -> [ValueID?] {
    try builder.checkCount()
    guard isActive(inputs), case .decomposition(let decompose) = rules[node.operatorID] else {
      let outputs = builder.add(node, inputs, outputCount: outputCount)
      record(node, inputs, outputs)
      return outputs
    }
    let first = builder.graph.node(before: builder.place)
    let outputs: [ValueID?]
    do throws(OperatorError) {
      outputs = try decompose(DifferentiatedNode(node: node, inputs: inputs), builder)
    } catch {
      throw error.at(node.place)
    }
    recordNodes(after: first)
    return outputs
  }

  private func isActive(_ values: [ValueID?]) -> Bool {
    values.contains { $0.map(active.contains) ?? false }
  }

  /// Records the nodes from behind `previous` up to the builder's place.
  private mutating func recordNodes(after previous: NodeID?) {
    let graph = builder.graph
    var next = previous.map { graph.node(after: $0) } ?? graph.firstNode(in: builder.block)
    while let id = next, id != builder.place {
      record(graph[id], graph.inputs(of: id), graph.outputs(of: id))
      next = graph.node(after: id)
    }
  }

  private mutating func record(_ node: Node, _ inputs: [ValueID?], _ outputs: [ValueID?]) {
    guard isActive(inputs) else { return }
    if case .constant = rules[node.operatorID] { return }
    for output in outputs.compactMap({ $0 }) where builder.mayBeFloating(output) {
      active.insert(output)
    }
    nodes.append(DifferentiatedNode(node: node, inputs: inputs, outputs: outputs))
  }

  /// Adds the computation of the gradients of the sum of `result` and returns them.
  func gradients(
    of result: ValueID, withRespectTo variables: [ValueID]
  ) throws(OperatorError) -> [ValueID] {
    var sums: [ValueID: ValueID] = [:]
    if active.contains(result) { sums[result] = builder.filled(1, like: result) }
    for node in nodes.reversed() {
      var node = node
      node.gradients = node.outputs.map { output in output.flatMap { sums[$0] } }
      guard node.gradients.contains(where: { $0 != nil }) else { continue }
      do throws(OperatorError) {
        try propagate(node, &sums)
      } catch {
        throw error.at(node.node.place)
      }
    }
    return variables.map { sums[$0] ?? builder.filled(0, like: $0) }
  }

  /// Adds the gradients of a node's inputs to what is known of them.
  private func propagate(
    _ node: DifferentiatedNode, _ sums: inout [ValueID: ValueID]
  ) throws(OperatorError) {
    try builder.checkCount()
    guard case .gradient(let gradient) = rules[node.node.operatorID] else {
      throw OperatorError(
        .unsupported, "\(node.node.operatorID.name) has no derivative in this version")
    }
    let gradients = try gradient(node, builder)
    for (index, input) in node.inputs.enumerated() {
      guard let input, active.contains(input) else { continue }
      guard index < gradients.count, let term = gradients[index] else {
        throw OperatorError(
          .unsupported,
          "\(node.node.operatorID.name) has no derivative by input \(index) in this version")
      }
      sums[input] = sums[input].map { builder("Add", $0, term) } ?? term
    }
  }
}

extension Node {
  /// The node as errors name it.
  var place: String { name.isEmpty ? operatorID.name : "\(operatorID.name) \"\(name)\"" }
}
