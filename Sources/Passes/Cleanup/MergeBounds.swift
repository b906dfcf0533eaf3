import IR
import Tensors

extension RewritePass {
  /// Merges bounds that follow each other.
  ///
  ///     a = Relu(x)
  ///     y = Clip(a, -1, 6)            →     y = Clip(x, 0, 6)
  ///
  /// Only constant bounds that do not cross. NaN passes through both forms.
  static let mergeBounds = RewritePass(
    "merge-bounds", "Merge Relu and Clip that follow each other", .exact,
    rules: [
      RewriteRule(of: "Clip", "Relu") { node, model in
        let graph = model.graph
        guard let bounded = graph.input(0, of: node), let first = graph.producer(of: bounded),
          let inner = graph.bounds(of: first), let outer = graph.bounds(of: node),
          let source = graph.input(0, of: first)
        else { return nil }
        let merged = Bounds(low: outer.limit(inner.low), high: outer.limit(inner.high))
        if merged == inner { return { $0.graph.replace(node, with: bounded) } }
        guard graph.soleUser(of: bounded) == node, let type = graph.elementType(of: bounded) else {
          return nil
        }
        return { model in
          model.graph.setBounds(merged, of: node, on: source, type)
          model.graph.removeUnused(first, leavingLineageTo: node)
        }
      }
    ])
}

/// The least and the greatest number that a node lets through.
private struct Bounds: Equatable {
  let low: Double
  let high: Double

  /// The nearest number within, as Clip computes it.
  func limit(_ number: Double) -> Double {
    let raised = number < low ? low : number
    return high < raised ? high : raised
  }
}

extension Graph {
  /// The bounds of a Relu or a Clip, where they are known and do not cross.
  fileprivate func bounds(of node: NodeID) -> Bounds? {
    guard let type = elementType(of: output(0, of: node)), type.isFloatingPoint else { return nil }
    if isStandard(node, "Relu") { return Bounds(low: 0, high: .infinity) }
    guard isStandard(node, "Clip") else { return nil }
    let low = input(1, of: node) == nil ? -.infinity : number(of: input(1, of: node))
    let high = input(2, of: node) == nil ? .infinity : number(of: input(2, of: node))
    guard let low, let high, low <= high else { return nil }
    return Bounds(low: low, high: high)
  }

  /// Makes a node a Clip of a value, or a Relu where that says it all.
  fileprivate mutating func setBounds(
    _ bounds: Bounds, of node: NodeID, on source: ValueID, _ type: ElementType
  ) {
    let isRelu = bounds == Bounds(low: 0, high: .infinity) && bounds.low.sign == .plus
    update(node) { $0.operatorID = .newest(isRelu ? "Relu" : "Clip") }
    let former = inputs(of: node).dropFirst().compactMap { $0 }
    let block = block(of: node)
    let limits = [bounds.low, bounds.high].map { bound -> ValueID? in
      guard !isRelu, bound.isFinite else { return nil }
      let number = Tensor(shape: [], scalars: [bound]).converted(to: type)
      return addConstant(number, in: block)
    }
    let count = 1 + (limits.lastIndex { $0 != nil }.map { $0 + 1 } ?? 0)
    setInputs(Array(([source] + limits).prefix(count)), of: node)
    for value in former where contains(value) && !hasUses(value) { removeConstant(value) }
  }
}
