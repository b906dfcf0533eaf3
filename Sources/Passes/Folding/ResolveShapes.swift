public import IR
import Operators
import Tensors

/// Turns what is computed from dimensions into constants, where dimensions are known.
///
///     s = Shape(x)                        // x: float32[batch, 8, 64]
///     b = Gather(s, 0)
///     t = Concat(b, -1)
///     y = Reshape(x, t)             →     y = Reshape(x, [batch → 0, -1])
///
/// Symbolic dimensions are followed through the arithmetic. A Reshape or Expand becomes constant
/// where 0, -1 or 1 can say what varies.
public struct ResolveShapes: Pass {
  public let name = "resolve-shapes"
  public let summary = "Turn what is computed from known dimensions into constants"
  public let contract = NumericalContract.exact

  public init() {}

  public func run(on model: inout Model) -> Int {
    // What was folded since may tell sizes that depended on data before.
    let hasForgotten = model.forgetSizesOfData()
    // Other passes are told the types that earlier folding has made known, too.
    guard hasForgotten || model.graph.computesDimensions || model.graph.lacksTypes else { return 0 }
    let known = model.prepare().elements
    var changes = 0
    for node in model.graph.nodesInExecutionOrder() where model.graph.contains(node) {
      if model.graph.resolve(node, known) { changes += 1 }
    }
    return changes
  }
}

extension Graph {
  /// Whether a node computes whole numbers, of which shapes are made, or takes a shape that varies.
  fileprivate var computesDimensions: Bool {
    nodesInExecutionOrder().contains { node in
      if let type = elementType(of: output(0, of: node)), type == .int64 || type == .int32 {
        return true
      }
      return (isStandard(node, "Reshape") || isStandard(node, "Expand"))
        && constant(1, of: node) == nil
    }
  }

  /// Whether the extents of a result are not known.
  fileprivate var lacksTypes: Bool {
    nodesInExecutionOrder().contains { node in
      (0..<outputCount(of: node)).contains { index in
        guard let output = output(index, of: node) else { return false }
        return shape(of: output)?.dimensions.contains(.unknown) ?? true
      }
    }
  }

  /// Makes the result or the target of one node constant; false when there is nothing to do.
  fileprivate mutating func resolve(_ node: NodeID, _ known: [ValueID: SymbolicTensor]) -> Bool {
    if let output = output(0, of: node), let elements = known[output],
      let integers = elements.integers, !hasFurtherOutputs(node), hasUses(output),
      let tensor = Tensor(integers, shape: elements.shape, as: elementType(of: output))
    {
      replace(node, with: addConstant(tensor, in: block(of: node)))
      return true
    }
    if isStandard(node, "Where"), resolveChoice(node, known) { return true }
    // Where nothing is known of the target, the type of the output is what the model declares.
    guard let shape = input(1, of: node), !isConstant(shape), known[shape] != nil else {
      return false
    }
    if isStandard(node, "Reshape"), let source = input(0, of: node),
      let output = output(0, of: node), let target = reshapeTarget(from: source, to: output)
    {
      setTarget(target, of: node)
      return true
    }
    if isStandard(node, "Expand"), let target = expandTarget(of: node) {
      setTarget(target, of: node)
      return true
    }
    return false
  }

  /// Joins the sizes that a Where is known to choose from a Concat and from constants.
  private mutating func resolveChoice(
    _ node: NodeID, _ known: [ValueID: SymbolicTensor]
  ) -> Bool {
    guard let output = output(0, of: node), let chosen = known[output]?.elements,
      elementType(of: output) == .int64
    else { return false }
    for index in 1...2 {
      guard let list = producer(of: input(index, of: node), named: "Concat") else { continue }
      let parts = inputs(of: list).compactMap { $0 }
      let sizes = parts.map { part in known[part].flatMap { $0.shape == [1] ? $0.elements[0] : nil }
      }
      guard sizes.count == chosen.count,
        zip(sizes, chosen).allSatisfy({ size, choice in
          choice.fixedValue != nil || size == choice && choice != .unknown
        })
      else { continue }
      let block = block(of: node)
      let operands = zip(parts, chosen).map { part, choice in
        choice.fixedValue.map {
          addConstant(Tensor(shape: [1], scalars: [Int64($0)]), in: block)
        } ?? part
      }
      guard
        let joined = insert(
          .newest("Concat"), operands, attributes: ["axis": .int(0)], type: type(of: output),
          before: node)
      else { return false }
      replace(node, with: joined)
      return true
    }
    return false
  }

  /// The target that makes Expand give its output the shape it has, where a constant can say it:
  /// 1 leaves an extent as it is.
  private func expandTarget(of node: NodeID) -> [Int]? {
    guard let source = shape(of: input(0, of: node)), let shape = shape(of: output(0, of: node)),
      shape.rank >= source.rank
    else { return nil }
    let padding = [Dimension](repeating: 1, count: shape.rank - source.rank)
    var target: [Int] = []
    for (from, to) in zip(padding + source.dimensions, shape.dimensions) {
      if let extent = to.fixedValue {
        target.append(extent)
      } else {
        guard from == to, to != .unknown else { return nil }
        target.append(1)
      }
    }
    return target
  }

  private mutating func setTarget(_ target: [Int], of node: NodeID) {
    let former = input(1, of: node).flatMap { producer(of: $0) }
    let tensor = Tensor(shape: [target.count], scalars: target.map(Int64.init))
    setInput(1, of: node, to: addConstant(tensor, in: block(of: node)))
    update(node) { $0.attributes["allowzero"] = nil }
    if let former { removeUnused(former, leavingLineageTo: node) }
  }
}

extension Tensor {
  /// Creates a tensor of int64 or int32 elements; nil for other types and numbers too large.
  fileprivate init?(_ integers: [Int], shape: [Int], as type: ElementType?) {
    switch type {
    case .int64: self.init(shape: shape, scalars: integers.map(Int64.init))
    case .int32:
      let narrow = integers.compactMap { Int32(exactly: $0) }
      guard narrow.count == integers.count else { return nil }
      self.init(shape: shape, scalars: narrow)
    default: return nil
    }
  }
}
