public import IR
import Operators
import Tensors

/// Puts the steps of a Loop in its place where their number is known.
///
///     y = Loop(1, _, x) { body = block(i, c, a) { b = Mul(a, a) return c, b } }   →   y = Mul(x, x)
///
/// Only where no step can end the loop, and where the graph does not grow by more nodes than
/// allowed: one step always fits.
public struct UnrollLoops: Pass {
  public let name = "unroll-loops"
  public let summary = "Put the steps of a Loop in its place where their number is known"
  public let contract = NumericalContract.exact

  /// The nodes that the graph may grow by for each loop.
  public var growth: Int

  public init(growth: Int = 0) { self.growth = growth }

  public var options: [PassOption] {
    [PassOption("growth", .number(Double(growth)), "nodes that the graph may grow by a loop")]
  }

  public func configured(
    with settings: PassSettings, layers: [LayerRule]
  ) throws(PassError) -> any Pass {
    try check(settings, layers)
    let growth = settings.number("growth").map { Int(exactly: $0) ?? -1 } ?? growth
    guard (0...100_000).contains(growth) else {
      throw PassError(.invalidOption, "growth is a number of nodes up to 100000", pass: name)
    }
    return UnrollLoops(growth: growth)
  }

  public func run(on model: inout Model) -> Int {
    var changes = 0
    let loops = model.graph.nodesInExecutionOrder { $0.isStandard("Loop") }
    for node in loops where model.graph.contains(node) {
      guard let loop = CountedLoop(node, of: model.graph),
        loop.steps * loop.nodeCount <= loop.nodeCount + 1 + growth
      else { continue }
      model.graph.unroll(loop)
      changes += 1
    }
    return changes
  }
}

/// A Loop that makes a known number of steps.
private struct CountedLoop {
  let node: NodeID
  let body: BlockID
  let steps: Int
  /// The nodes of the body, subgraphs left out.
  let nodeCount: Int
  /// The values that one step hands to the next.
  let stateCount: Int

  /// Describes a loop; nil when a condition may end it or it makes no step.
  init?(_ node: NodeID, of graph: Graph) {
    guard case .block(let body)? = graph[node].attributes["body"],
      let steps = graph.integers(0, of: node)?.first, steps > 0, steps <= 1 << 16,
      let condition = graph.outputs(of: body).first, graph.inputs(of: body).count >= 2
    else { return nil }
    if graph.input(1, of: node) != nil {
      guard let first = graph.constant(1, of: node), first.isTrue else { return nil }
    }
    // The body returns the condition that it is given, or `true`.
    var source = condition
    while let copy = graph.producer(of: source, named: "Identity"),
      let input = graph.input(0, of: copy)
    {
      source = input
    }
    guard source == graph.inputs(of: body)[1] || graph.fixedTensor(of: source)?.isTrue ?? false
    else { return nil }
    self.node = node
    self.body = body
    self.steps = steps
    nodeCount = graph.nodeCount(in: body)
    stateCount = graph.inputs(of: body).count - 2
    guard graph.inputCount(of: node) == stateCount + 2,
      graph.inputs(of: node).dropFirst(2).allSatisfy({ $0 != nil })
    else { return nil }
    let scans = graph.outputs(of: node).dropFirst(stateCount).compactMap { $0 }
    // What the steps stack must be tensors that a Concat takes: a Loop stacks any.
    guard scans.allSatisfy({ graph.elementType(of: $0).map(Self.stackable.contains) ?? false })
    else { return nil }
  }

  private static let stackable =
    OperatorRegistry.standard[OperatorID("Concat")]?.schema.constraints["T"]?.tensors ?? []
}

extension Graph {
  fileprivate mutating func unroll(_ loop: CountedLoop) {
    let source = self
    let place = block(of: loop.node)
    var state = inputs(of: loop.node).dropFirst(2).compactMap { $0 }
    var stacks: [[ValueID]] = []
    for step in 0..<loop.steps {
      var copier = BlockCopier(source)
      let parameters = source.inputs(of: loop.body)
      copier.values[parameters[0]] = addConstant(Tensor(scalar: Int64(step)), in: place)
      copier.values[parameters[1]] = addConstant(Tensor(scalar: true), in: place)
      for (parameter, value) in zip(parameters.dropFirst(2), state) {
        copier.values[parameter] = value
      }
      let results = copier.copy(loop.body, to: &self, before: loop.node)
      state = Array(results.dropFirst().prefix(loop.stateCount))
      stacks.append(Array(results.dropFirst(1 + loop.stateCount)))
    }
    let outputs = outputs(of: loop.node)
    for (output, value) in zip(outputs, state) {
      if let output { replaceUses(of: output, with: value) }
    }
    for (index, output) in outputs.dropFirst(loop.stateCount).enumerated() {
      guard let output, hasUses(output) else { continue }
      if let stacked = stack(stacks.map { $0[index] }, as: output, before: loop.node) {
        replaceUses(of: output, with: stacked)
      }
    }
    removeUnused(loop.node)
  }

  /// Joins tensors along a new first axis.
  private mutating func stack(
    _ values: [ValueID], as output: ValueID, before node: NodeID
  ) -> ValueID? {
    let axes = addConstant(Tensor(shape: [1], scalars: [0 as Int64]), in: block(of: node))
    let rows = values.map { insert(.newest("Unsqueeze"), [$0, axes], before: node) }
    return insert(
      .newest("Concat"), rows, attributes: ["axis": .int(0)], type: type(of: output), before: node)
  }
}

extension Tensor {
  /// Whether the tensor is one `true`.
  fileprivate var isTrue: Bool {
    elementType == .bool && count == 1 && withScalars(of: Bool.self) { $0[0] }
  }
}
