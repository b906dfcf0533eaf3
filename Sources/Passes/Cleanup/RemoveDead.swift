public import IR
import Operators

/// Removes nodes, constants and functions that no output needs, and results that nothing uses.
///
///     y = Sin(x)                    →
///     z, mask = Dropout(x)                z = Dropout(x)
public struct RemoveDead: Pass {
  public let name = "remove-dead"
  public let summary = "Remove what no output needs"
  public let contract = NumericalContract.exact

  public init() {}

  public func run(on model: inout Model) -> Int {
    var changes = 0
    for node in model.graph.nodesInExecutionOrder().reversed() where model.graph.contains(node) {
      if (0..<model.graph.outputCount(of: node)).allSatisfy({
        !model.graph.hasUse(ofOutput: $0, of: node)
      }) {
        model.graph.removeUnused(node)
        changes += 1
      } else {
        changes += model.graph.dropUnusedResults(of: node)
      }
    }
    for value in model.graph.values
    where model.graph.isConstant(value) && !model.graph.hasUses(value) {
      model.graph.removeConstant(value)
      changes += 1
    }
    return changes + model.removeUnusedFunctions()
  }
}

extension Graph {
  /// Leaves out the last results of a node where they are optional and unused.
  fileprivate mutating func dropUnusedResults(of node: NodeID) -> Int {
    let former = outputCount(of: node)
    guard former > 1, !hasUse(ofOutput: former - 1, of: node),
      let schema = OperatorRegistry.standard[self[node].operatorID]?.schema
    else { return 0 }
    var count = former
    while count > 1, count <= schema.outputs.count,
      schema.outputs[count - 1].presence == .optional, !hasUse(ofOutput: count - 1, of: node)
    {
      count -= 1
    }
    guard count < former else { return 0 }
    setOutputCount(count, of: node)
    return former - count
  }

  /// Whether anything uses an output of a node.
  fileprivate func hasUse(ofOutput index: Int, of node: NodeID) -> Bool {
    output(index, of: node).map(hasUses) ?? false
  }
}

extension Model {
  /// Removes the functions that neither the graph nor a function that is left calls.
  mutating func removeUnusedFunctions() -> Int {
    guard !functions.isEmpty else { return 0 }
    var called: Set<OperatorID> = []
    var pending = Set(graph.operatorsInUse)
    while let id = pending.popFirst() {
      let unversioned = OperatorID(id.name, domain: id.domain, overload: id.overload)
      guard called.insert(unversioned).inserted else { continue }
      for function in functions where function.id.calls(unversioned) {
        pending.formUnion(function.graph.operatorsInUse)
      }
    }
    let count = functions.count
    functions.removeAll { function in !called.contains { function.id.calls($0) } }
    return count - functions.count
  }
}

extension OperatorID {
  /// Whether a node of the operator `id` calls the function of this name.
  fileprivate func calls(_ id: OperatorID) -> Bool {
    name == id.name && domain == id.domain && overload == id.overload
  }
}
