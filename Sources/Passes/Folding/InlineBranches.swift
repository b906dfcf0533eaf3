import IR
import Tensors

extension RewritePass {
  /// Puts the branch that is always taken in the place of an If.
  ///
  ///     y = If(true) { then_branch = block { a = Sin(x) return a }, … }     →     y = Sin(x)
  static let inlineBranches = RewritePass(
    "inline-branches", "Put the branch that is always taken in the place of an If", .exact,
    rules: [
      RewriteRule(of: "If") { node, model in
        guard let condition = model.graph.constant(0, of: node), condition.elementType == .bool,
          condition.count == 1
        else { return nil }
        let isTrue = condition.withScalars(of: Bool.self) { $0[0] }
        let name = isTrue ? "then_branch" : "else_branch"
        guard case .block(let branch)? = model.graph[node].attributes[name] else { return nil }
        return { model in
          let results = model.graph.moveContents(of: branch, before: node)
          for (output, result) in zip(model.graph.outputs(of: node), results) {
            if let output { model.graph.replaceUses(of: output, with: result) }
          }
          model.graph.removeUnused(node)
        }
      }
    ])
}

extension Graph {
  /// Moves the nodes and constants of a block, which has no inputs, to the block of the node that
  /// it belongs to, and returns the block's outputs.
  fileprivate mutating func moveContents(of block: BlockID, before place: NodeID) -> [ValueID] {
    let target = self.block(of: place)
    var used = outputs(of: block)
    for node in Array(nodes(in: block)) {
      used += inputs(of: node).compactMap { $0 } + captures(of: node)
      move(node, to: .before(place))
    }
    for value in used where isConstant(value) && self.block(of: value) == block {
      moveConstant(value, to: target)
    }
    return outputs(of: block)
  }
}
