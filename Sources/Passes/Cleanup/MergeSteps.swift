import IR
import Tensors

extension RewritePass {
  /// Merges two steps of one kind into one, or into none.
  ///
  ///     y = Transpose(x) {perm = [1, 0, 2]}
  ///     z = Transpose(y) {perm = [1, 2, 0]}      →     z = Transpose(x) {perm = [0, 2, 1]}
  ///
  /// So with joins along one axis, with casts of which the first loses nothing, with what changes nothing the second time
  /// (Relu, Abs, Floor, …), and with pairs that cancel (Not, Neg).
  static let mergeSteps = RewritePass(
    "merge-steps", "Merge transposes, casts and repeated steps", .exact,
    rules: [
      RewriteRule(of: "Transpose") { node, model in
        let graph = model.graph
        guard let first = graph.producer(of: graph.input(0, of: node), named: "Transpose"),
          let source = graph.input(0, of: first), let inner = graph.permutation(of: first),
          let outer = graph.permutation(of: node), inner.count == outer.count
        else { return nil }
        return { model in
          let merged = outer.map { Int64(inner[$0]) }
          model.graph.update(node) { $0.attributes["perm"] = .ints(merged) }
          model.graph.setInput(0, of: node, to: source)
          model.graph.removeUnused(first, leavingLineageTo: node)
        }
      },
      RewriteRule(of: "Cast") { node, model in
        let graph = model.graph
        guard let first = graph.producer(of: graph.input(0, of: node), named: "Cast"),
          let source = graph.input(0, of: first),
          let from = graph.elementType(of: source),
          let through = graph.elementType(of: graph.output(0, of: first)),
          // How a number is written depends on its type.
          through.holdsEvery(from), graph.elementType(of: graph.output(0, of: node)) != .string
        else { return nil }
        return { model in
          model.graph.setInput(0, of: node, to: source)
          model.graph.removeUnused(first, leavingLineageTo: node)
        }
      },
      RewriteRule(of: "Concat") { node, model in
        let graph = model.graph
        let axis = graph[node].attributes["axis"]
        guard
          let (index, first) = graph.inputs(of: node).enumerated().lazy
            .compactMap({ index, input in
              graph.producer(of: input, named: "Concat").map { (index, $0) }
            })
            .first(where: { _, first in
              graph[first].attributes["axis"] == axis
                && graph.soleUser(of: graph.output(0, of: first)) == node
            })
        else { return nil }
        return { model in
          var inputs = model.graph.inputs(of: node)
          inputs.replaceSubrange(index...index, with: model.graph.inputs(of: first))
          model.graph.setInputs(inputs, of: node)
          model.graph.removeUnused(first, leavingLineageTo: node)
        }
      },
      repeating("Relu", after: ["Relu"]), repeating("Abs", after: ["Abs"]),
      repeating("Sign", after: ["Sign"]),
      repeating("Floor", after: ["Floor", "Ceil", "Round"]),
      repeating("Ceil", after: ["Floor", "Ceil", "Round"]),
      repeating("Round", after: ["Floor", "Ceil", "Round"]),
      cancelling("Not"), cancelling("Neg"), cancelling("BitwiseNot"),
      RewriteRule(of: "Where") { node, model in
        let graph = model.graph
        guard let negation = graph.producer(of: graph.input(0, of: node), named: "Not"),
          let condition = graph.input(0, of: negation)
        else { return nil }
        let (yes, no) = (graph.input(1, of: node), graph.input(2, of: node))
        return { model in
          model.graph.setInputs([condition, no, yes], of: node)
          model.graph.removeUnused(negation, leavingLineageTo: node)
        }
      },
    ])

  /// A step that changes nothing after one of some others.
  private static func repeating(_ name: String, after former: [String]) -> RewriteRule {
    RewriteRule(of: name) { node, model in
      let graph = model.graph
      guard let input = graph.input(0, of: node),
        former.contains(where: { graph.producer(of: input, named: $0) != nil })
      else { return nil }
      return { $0.graph.replace(node, with: input) }
    }
  }

  /// A step that undoes itself.
  private static func cancelling(_ name: String) -> RewriteRule {
    RewriteRule(of: name) { node, model in
      let graph = model.graph
      guard let first = graph.producer(of: graph.input(0, of: node), named: name),
        let source = graph.input(0, of: first)
      else { return nil }
      return { $0.graph.replace(node, with: source) }
    }
  }
}

extension Graph {
  /// The source axis of each axis of a Transpose's result, where it is known.
  func permutation(of transpose: NodeID) -> [Int]? {
    if case .ints(let axes)? = self[transpose].attributes["perm"] { return axes.map { Int($0) } }
    guard self[transpose].attributes["perm"] == nil,
      let rank = shape(of: input(0, of: transpose))?.rank
    else { return nil }
    return (0..<rank).reversed()
  }
}

extension ElementType {
  /// Whether every element of the type `other` is one of this type too, and is cast from either to
  /// any number alike.
  func holdsEvery(_ other: ElementType) -> Bool {
    let order: [ElementType: [ElementType]] = [
      .bool: [.uint8, .int8, .uint16, .int16, .int32, .int64, .float16, .float32, .float64],
      .uint8: [.uint16, .int16, .uint32, .int32, .uint64, .int64, .float16, .float32, .float64],
      .int8: [.int16, .int32, .int64, .float16, .float32, .float64],
      .uint16: [.uint32, .int32, .uint64, .int64, .float32, .float64],
      .int16: [.int32, .int64, .float32, .float64],
      // A float beyond what int32 holds is cast to it in another way than a uint32.
      .uint32: [.uint64, .int64], .int32: [.int64, .float64],
      .float16: [.float32, .float64], .bfloat16: [.float32, .float64], .float32: [.float64],
    ]
    return self == other || order[other]?.contains(self) ?? false
  }
}
