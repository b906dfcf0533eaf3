import IR
import Tensors

extension OperatorFamily {
  /// Operators that execute a subgraph for every element along an axis.
  static let scanning = OperatorFamily("scanning", [.scan])
}

// MARK: - Scan

/// The inputs and attributes of a scan, put in order.
private struct ScanPlan {
  static let body = AttributeKey<BlockID>("body")
  static let inputCount = AttributeKey<Int>("num_scan_inputs")
  static let inputAxes = OptionalAttributeKey<[Int]>("scan_input_axes")
  static let inputDirections = OptionalAttributeKey<[Int]>("scan_input_directions")
  static let outputAxes = OptionalAttributeKey<[Int]>("scan_output_axes")
  static let outputDirections = OptionalAttributeKey<[Int]>("scan_output_directions")

  let body: BlockID
  /// The number of values that each step hands to the next.
  let stateCount: Int
  let inputAxes: [Int]
  let inputDirections: [Int]
  let outputAxes: [Int]
  let outputDirections: [Int]

  init(_ node: Node, inputs: Int, outputs: Int) throws(OperatorError) {
    body = try node.attributes.value(of: Self.body)
    let count = try node.attributes.value(of: Self.inputCount)
    guard count >= 1, count <= inputs, outputs >= inputs - count else {
      throw OperatorError(
        .invalidAttribute,
        "num_scan_inputs is \(count) for \(inputs) inputs and \(outputs) outputs")
    }
    stateCount = inputs - count
    inputAxes = try ScanPlan.list(Self.inputAxes, count, node)
    inputDirections = try ScanPlan.list(Self.inputDirections, count, node)
    outputAxes = try ScanPlan.list(Self.outputAxes, outputs - stateCount, node)
    outputDirections = try ScanPlan.list(Self.outputDirections, outputs - stateCount, node)
  }

  private static func list(
    _ key: OptionalAttributeKey<[Int]>, _ count: Int, _ node: Node
  ) throws(OperatorError) -> [Int] {
    let list = try node.attributes.value(of: key) ?? [Int](repeating: 0, count: count)
    guard list.count == count else {
      throw OperatorError(
        .invalidAttribute, "\(key.name) holds \(list.count) numbers, not \(count)")
    }
    return list
  }
}

/// One tensor that a scan takes apart.
private struct ScanInput {
  let tensor: Tensor
  let axis: Int
  let isReversed: Bool

  var length: Int { tensor.shape[axis] }

  func slice(
    at step: Int, _ context: borrowing KernelContext
  ) throws(OperatorError) -> RuntimeValue {
    let place = isReversed ? length - 1 - step : step
    return try Operators.slice(of: tensor, at: place, along: axis, context)
  }
}

private enum Scan {
  static func inputs(
    _ plan: ScanPlan, _ context: borrowing KernelContext
  ) throws(OperatorError) -> [ScanInput] {
    var inputs: [ScanInput] = []
    for index in plan.inputAxes.indices {
      let tensor = try context.tensor(plan.stateCount + index)
      let axis = try normalizedAxis(plan.inputAxes[index], rank: tensor.rank)
      let isReversed = plan.inputDirections[index] == 1
      inputs.append(ScanInput(tensor: tensor, axis: axis, isReversed: isReversed))
    }
    guard inputs.allSatisfy({ $0.length == inputs[0].length }) else {
      throw OperatorError(
        .incompatibleShapes, "the scan inputs have different lengths: \(inputs.map(\.length))")
    }
    return inputs
  }

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let plan = try ScanPlan(
      context.node, inputs: context.inputs.count, outputs: context.outputs.count)
    let inputs = try inputs(plan, context)
    var states: [RuntimeValue] = []
    for index in 0..<plan.stateCount { states.append(.tensor(try context.tensor(index))) }
    var scans = ScanOutputs(count: plan.outputAxes.count)
    guard inputs[0].length <= maximumStepCount else {
      throw OperatorError(.limitExceeded, "a scan of \(inputs[0].length) steps is too long")
    }
    for step in 0..<inputs[0].length {
      var values = states
      for input in inputs { values.append(try input.slice(at: step, context)) }
      let results = try context.run(plan.body, with: values)
      guard results.count >= states.count else {
        throw OperatorError(
          .wrongOutputCount, "the body has \(results.count) outputs for \(states.count) states")
      }
      states = Array(results.prefix(states.count))
      try scans.append(results.dropFirst(states.count), context)
    }
    for (index, axis) in plan.outputAxes.enumerated() {
      states.append(
        try scans.stacked(
          index, offset: plan.stateCount, along: axis,
          isReversed: plan.outputDirections[index] == 1, context))
    }
    return states
  }

  static func inferTypes(
    _ context: borrowing InferenceContext
  ) throws(OperatorError) -> [InferredValue] {
    let plan = try ScanPlan(
      context.node, inputs: context.inputs.count, outputs: context.outputCount)
    let states = (0..<plan.stateCount).map { InferredValue(context.type($0)) }
    var (slices, length): ([InferredValue], Dimension) = ([], .unknown)
    for (index, axis) in plan.inputAxes.enumerated() {
      let input = plan.stateCount + index
      guard var shape = context.shape(input) else {
        slices.append(.tensor(context.elementType(input)))
        continue
      }
      let place = try normalizedAxis(axis, rank: shape.rank)
      if length.fixedValue == nil, shape[place] != .unknown { length = shape[place] }
      shape.dimensions.remove(at: place)
      slices.append(.tensor(context.elementType(input), shape))
    }
    let results = try context.infer(plan.body, with: states + slices)
    let final = zip(states, results).map { InferredValue(generalized($0.type, $1.type)) }
    var outputs: [InferredValue] = []
    for (axis, result) in zip(plan.outputAxes, results.dropFirst(plan.stateCount)) {
      var shape = result.type?.shape
      if let rank = shape?.rank {
        shape?.dimensions.insert(length, at: try normalizedAxis(axis, rank: rank + 1))
      }
      outputs.append(.tensor(result.type?.elementType, shape))
    }
    return final + outputs
  }
}

extension OperatorDefinition {
  /// Executes a subgraph for every element along an axis, with values that it hands on.
  fileprivate static let scan = OperatorDefinition(
    OperatorSchema(
      "Scan", versions: [8, 9, 11, 16, 19, 21, 23, 24, 25],
      inputs: [.variadic("initial_state_and_scan_inputs", "V", isHomogeneous: false)],
      outputs: [.variadic("final_state_and_scan_outputs", "V", isHomogeneous: false)],
      attributes: [
        ScanPlan.body.declaration, ScanPlan.inputCount.declaration,
        ScanPlan.inputAxes.declaration, ScanPlan.inputDirections.declaration,
        ScanPlan.outputAxes.declaration, ScanPlan.outputDirections.declaration,
      ],
      constraints: ["V": .tensors(.common)]),
    upgrades: [
      OperatorUpgrade(to: 9) { graph, node throws(OperatorError) in
        try BatchedScan(node, in: graph).unfold(in: &graph)
      }
    ],
    inferTypes: Scan.inferTypes, evaluate: Scan.evaluate)
}

// MARK: - Version 8

/// The first version, which scans each member of a batch on its own.
///
///     outputs = Scan.8(lengths?, states…, inputs…) { body }
///
/// becomes a scan over the batch whose body scans one member, cut to its length and padded again:
///
///     outputs = Scan(lengths?, states…, inputs…) { Pad(Scan(states…, Slice(inputs)…) { body }) }
private struct BatchedScan {
  let node: NodeID
  let body: BlockID
  let lengths: ValueID?
  let values: [ValueID]
  let inputCount: Int
  let directions: [Int64]

  var stateCount: Int { values.count - inputCount }

  init(_ node: NodeID, in graph: Graph) throws(OperatorError) {
    self.node = node
    let attributes = graph[node].attributes
    body = try attributes.value(of: ScanPlan.body)
    inputCount = try attributes.value(of: ScanPlan.inputCount)
    lengths = graph.input(0, of: node)
    values = graph.inputs(of: node).dropFirst().compactMap { $0 }
    let directions = try attributes.value(of: OptionalAttributeKey<[Int]>("directions"))
    self.directions = directions?.map(Int64.init) ?? []
    guard inputCount >= 1, inputCount <= values.count else {
      throw OperatorError(
        .invalidAttribute, "num_scan_inputs is \(inputCount) for \(values.count) inputs")
    }
  }

  func unfold(in graph: inout Graph) throws(OperatorError) {
    let member = graph.addBlock(named: "member")
    let outerInputs = [lengths].compactMap { $0 } + values
    let parameters = outerInputs.enumerated().map { index, value in
      graph.addInput(named: "\(graph.name(of: value))_member_\(index)", to: member)
    }
    graph.update(node) { node in
      node.attributes = [
        "body": .block(member), "num_scan_inputs": .int(Int64(outerInputs.count)),
      ]
    }
    graph.setInputs(outerInputs, of: node)
    graph.setOutputs(innerOutputs(parameters, in: member, of: &graph), of: member)
  }

  /// Adds the scan of one member and returns its outputs, as long as the longest member's.
  private func innerOutputs(
    _ parameters: [ValueID], in member: BlockID, of graph: inout Graph
  ) -> [ValueID] {
    var values = Array(parameters.suffix(self.values.count))
    var padding: ValueID?
    if lengths != nil {
      let cut = cutting(values, to: parameters[0], in: member, of: &graph)
      (values, padding) = (cut.values, cut.padding)
    }
    let count = graph.outputs(of: node).count
    let scan = graph.add(
      Node(
        OperatorID("Scan", version: 9), attributes: ["body": .block(body)],
        lineage: graph[node].lineage),
      inputs: values, results: (0..<count).map { Graph.Result("member_result_\($0)") },
      at: .end(of: member))
    graph.update(scan) { scan in
      scan.attributes["num_scan_inputs"] = .int(Int64(inputCount))
      if !directions.isEmpty { scan.attributes["scan_input_directions"] = .ints(directions) }
    }
    let outputs = graph.outputs(of: scan).compactMap { $0 }
    guard let padding else { return outputs }
    let axes = graph.addConstant(Tensor(shape: [1], scalars: [Int64(0)]), in: member)
    return outputs.enumerated().map { index, value in
      guard index >= stateCount else { return value }
      return add("Pad", [value, padding, nil, axes], in: member, of: &graph)
    }
  }

  /// Cuts the scan inputs of a member; the padding makes up for what is missing at the end.
  private func cutting(
    _ values: [ValueID], to length: ValueID, in member: BlockID, of graph: inout Graph
  ) -> (values: [ValueID], padding: ValueID) {
    let zero = graph.addConstant(Tensor(shape: [1], scalars: [Int64(0)]), in: member)
    let end = add("Unsqueeze", [length, zero], in: member, of: &graph)
    var result = Array(values.prefix(stateCount))
    for value in values.suffix(inputCount) {
      result.append(add("Slice", [value, zero, end, zero], in: member, of: &graph))
    }
    let range: Attributes = ["start": .int(0), "end": .int(1)]
    let full = add("Shape", [values[stateCount]], range, in: member, of: &graph)
    let missing = add("Sub", [full, end], in: member, of: &graph)
    let padding = add("Concat", [zero, missing], ["axis": .int(0)], in: member, of: &graph)
    return (result, padding)
  }

  /// Adds a node in the newest form of its operator and returns its result.
  private func add(
    _ name: String, _ inputs: [ValueID?], _ attributes: Attributes = [:], in member: BlockID,
    of graph: inout Graph
  ) -> ValueID {
    let node = graph.add(
      Node(OperatorID(name), attributes: attributes, lineage: graph[node].lineage),
      inputs: inputs, results: [Graph.Result("")], at: .end(of: member))
    // A node that was just added with one result has that result.
    return graph.output(0, of: node) ?? graph.addConstant(Tensor(scalar: Int64(0)), in: member)
  }
}
