public import IR
import Operators
import Tensors

/// Computes at conversion time what depends on constants alone.
///
///     y = Mul(2, 3)                 →     const y = 6
///
/// A result takes the place of its nodes where it needs no more bytes than the constants that go
/// with them: a Tile or Expand is not folded into a larger file. What draws random numbers is left
/// alone, and so is DequantizeLinear, which would undo a quantization.
public struct FoldConstants: Pass {
  public let name = "fold-constants"
  public let summary = "Compute what depends on constants alone"
  public let contract = NumericalContract.exact

  /// The bytes that all results together may take more than what they replace, as a part of the
  /// bytes of all constants.
  public var growth: Double

  /// The largest result that is computed, in bytes.
  public var sizeLimit: Int

  public init(growth: Double = 0.002, sizeLimit: Int = 256 << 20) {
    self.growth = growth
    self.sizeLimit = sizeLimit
  }

  public var options: [PassOption] {
    [
      PassOption("growth", .number(growth), "bytes that may be added, as a part of all constants'"),
      PassOption("sizeLimit", .number(Double(sizeLimit)), "largest result, in bytes"),
    ]
  }

  public func configured(
    with settings: PassSettings, layers: [LayerRule]
  ) throws(PassError) -> any Pass {
    try check(settings, layers)
    let size = settings.number("sizeLimit") ?? Double(sizeLimit)
    let growth = settings.number("growth") ?? growth
    guard growth >= 0, size >= 0, size < 0x1p40 else {
      throw PassError(
        .invalidOption, "growth and sizeLimit are not negative",
        pass: name)
    }
    return FoldConstants(growth: growth, sizeLimit: Int(size))
  }

  public func run(on model: inout Model) -> Int {
    var folding = ConstantFolding(model.graph, growth: growth, sizeLimit: sizeLimit)
    folding.evaluate()
    guard !folding.results.isEmpty else { return 0 }
    let chosen = folding.chooseResults()
    folding.graph = Graph()
    var changes = 0
    for node in chosen {
      for case let output? in model.graph.outputs(of: node) where model.graph.hasUses(output) {
        guard let tensor = folding.results[output] else { continue }
        let name = model.graph.name(of: output)
        model.graph.setName("", of: output)
        let constant = model.graph.addConstant(
          tensor, named: name, in: model.graph.block(of: node))
        model.graph.replaceUses(of: output, with: constant)
        changes += 1
      }
      model.graph.removeUnused(node)
    }
    return changes
  }
}

/// What is known before execution in one graph, and which of it is worth keeping.
private struct ConstantFolding {
  var graph: Graph
  private(set) var results: [ValueID: Tensor] = [:]

  /// The bytes of the constants that a result stands for, each divided among its uses.
  private var weights: [ValueID: Double] = [:]
  private var order: [NodeID] = []
  private let sizeLimit: Int
  private var budget: Double

  /// What a node and its names take in a file, about.
  private static let nodeSize = 64.0

  init(_ graph: Graph, growth: Double, sizeLimit: Int) {
    self.graph = graph
    self.sizeLimit = sizeLimit
    var total = 0
    for value in graph.values where graph.isConstant(value) {
      total += graph.constant(of: value)?.range.count ?? 0
    }
    budget = growth * Double(total)
  }

  /// Computes every result that depends on constants alone.
  mutating func evaluate() {
    for node in graph.nodesInExecutionOrder() {
      guard (0..<graph.inputCount(of: node)).allSatisfy({ isKnown(graph.input($0, of: node)) }),
        graph.isFoldable(node)
      else { continue }
      let inputs = graph.inputs(of: node)
      let outputs = graph.outputs(of: node)
      guard let tensors = tensors(of: node, inputs), tensors.count >= outputs.count else {
        continue
      }
      order.append(node)
      let weight = inputs.reduce(Self.nodeSize) { $0 + ($1.map(share) ?? 0) }
      for (output, tensor) in zip(outputs, tensors) {
        guard let output else { continue }
        results[output] = tensor
        weights[output] = weight / Double(outputs.count)
      }
    }
  }

  /// Returns the nodes whose results take their place.
  ///
  /// It is those that others need, as far as they are small enough. Nodes that only these needed are
  /// left without use.
  mutating func chooseResults() -> [NodeID] {
    var isReplaced: Set<NodeID> = []
    var chosen: [NodeID] = []
    for node in order.reversed() {
      let needed = graph.outputs(of: node).compactMap { $0 }.filter { output in
        graph.uses(of: output).contains { use in
          guard case .node(let user, _) = use else { return true }
          return !isReplaced.contains(user)
        }
      }
      let size = needed.reduce(0.0) { $0 + Double(results[$1]?.range.count ?? 0) }
      let growth = size - needed.reduce(0.0) { $0 + (weights[$1] ?? 0) }
      guard growth <= max(0, budget) else { continue }
      budget -= max(0, growth)
      isReplaced.insert(node)
      if !needed.isEmpty { chosen.append(node) }
    }
    return chosen
  }

  /// Whether the tensor of a value is known; there is nothing to know of an input that is left out.
  private func isKnown(_ value: ValueID?) -> Bool {
    guard let value else { return true }
    return results[value] != nil || graph.isConstant(value)
  }

  private func share(of value: ValueID) -> Double {
    let bytes = weights[value] ?? Double(graph.constant(of: value)?.range.count ?? 0)
    return bytes / Double(max(1, graph.uses(of: value).count))
  }

  /// Computes a node; nil when that fails, or when a result is no dense tensor.
  private func tensors(of node: NodeID, _ inputs: [ValueID?]) -> [Tensor]? {
    let id = graph[node].operatorID
    guard let definition = OperatorRegistry.standard[id] else { return nil }
    do throws(OperatorError) {
      let values = try inputs.map { value throws(OperatorError) -> RuntimeValue? in
        guard let value, let tensor = results[value] ?? graph.constant(of: value) else {
          return nil
        }
        return .tensor(try tensor.dense(withinBytes: sizeLimit))
      }
      let outputs = graph.outputs(of: node)
      try definition.schema.check(
        graph[node], inputs: values.map { $0.map(ArgumentType.init) }, outputCount: outputs.count)
      let context = KernelContext(
        node: graph[node], inputs: values, outputs: outputs.map { $0 != nil },
        memoryLimit: sizeLimit)
      let tensors = try definition.evaluate(context).compactMap(\.tensor)
      return tensors.allSatisfy { $0.encoding == .dense } ? tensors : nil
    } catch {
      // What is wrong with the node shows when the model is executed.
      return nil
    }
  }
}

extension Graph {
  /// Whether a node computes the same tensors whenever its inputs are the same.
  fileprivate func isFoldable(_ node: NodeID) -> Bool {
    isDeterministic(node) && blocks(of: node).isEmpty && !isStandard(node, "DequantizeLinear")
      && !outputs(of: node).allSatisfy { $0 == nil }
  }
}
