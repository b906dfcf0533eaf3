public import IR
import Operators

/// Puts the bodies of functions in the place of their calls.
///
///     y = local::Twice(x)           →     y = Add(x, x)
///
/// The nodes of the body stand for the call. A call whose body would exceed the budget stays, and so
/// does one of a fused operator unless asked for.
public struct InlineFunctions: Pass {
  public let name = "inline-functions"
  public let summary = "Put the bodies of functions in the place of their calls"
  public let contract = NumericalContract.exact

  /// The most nodes that are added.
  public var nodeLimit: Int

  /// Whether the bodies of fused operators are put in their place, too.
  public var includesFused: Bool

  public init(nodeLimit: Int = 1 << 20, includingFused includesFused: Bool = false) {
    self.nodeLimit = nodeLimit
    self.includesFused = includesFused
  }

  public var options: [PassOption] {
    [PassOption("fused", .flag(includesFused), "whether fused operators are taken apart, too")]
  }

  public func configured(
    with settings: PassSettings, layers: [LayerRule]
  ) throws(PassError) -> any Pass {
    try check(settings, layers)
    return InlineFunctions(
      nodeLimit: nodeLimit, includingFused: settings.flag("fused") ?? includesFused)
  }

  public func run(on model: inout Model) -> Int {
    guard !model.functions.isEmpty else { return 0 }
    let library = FunctionLibrary(model.functions)
    var changes = 0
    var added = 0
    // The bodies may call functions: a function that calls itself was refused before.
    var pending = Array(model.graph.nodesInExecutionOrder().reversed())
    while let node = pending.popLast() {
      guard includesFused || !model.graph[node].operatorID.domain.hasPrefix(FusedOperator.domain),
        let call = try? library.call(of: model.graph[node])
      else { continue }
      let body = call.body
      added += body.nodeCapacity
      guard added <= nodeLimit else { break }
      let first = model.graph.nodeCapacity
      guard model.graph.inline(body, insteadOf: node) else { continue }
      changes += 1
      pending += (first..<model.graph.nodeCapacity).reversed().compactMap(model.graph.node(at:))
    }
    return changes + model.removeUnusedFunctions()
  }
}

extension Graph {
  /// Puts a copy of a body in the place of a node with the same inputs and outputs.
  ///
  /// Fails where the body needs an input that the node leaves out, or returns an input's default.
  fileprivate mutating func inline(_ body: Graph, insteadOf node: NodeID) -> Bool {
    var copier = BlockCopier(body, lineage: self[node].lineage)
    let inputs = inputs(of: node)
    for (index, parameter) in body.inputs.enumerated() {
      if index < inputs.count, let input = inputs[index] {
        copier.values[parameter] = input
      } else {
        guard !body.hasUses(parameter) else { return false }
      }
    }
    let results = copier.copy(body.body, to: &self, before: node)
    for (output, result) in zip(outputs(of: node), results) {
      guard let output else { continue }
      if !isConstant(result), type(of: result) == nil { setType(type(of: output), of: result) }
      replaceUses(of: output, with: result)
    }
    remove(node)
    return true
  }
}
