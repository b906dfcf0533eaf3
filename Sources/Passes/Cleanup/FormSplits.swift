import IR
import Tensors

extension RewritePass {
  /// Makes a Split of parts that lie side by side and are all of a value.
  ///
  ///     a = Slice(x, [0], [2], [1])
  ///     b = Slice(x, [2], [6], [1])           →     a, b = Split(x, [2, 4]) {axis = 1}
  ///
  /// A Gather of indices that follow each other counts as a Slice.
  static let formSplits = RewritePass(
    "form-splits", "Make a Split of slices that are all of a value", .exact,
    rules: [
      RewriteRule(of: "Slice", "Gather") { node, model in
        let graph = model.graph
        guard let first = Part(takenBy: node, in: graph), first.range.lowerBound == 0,
          let parts = graph.parts(behind: first), parts.count > 1
        else { return nil }
        return { $0.graph.split(parts) }
      }
    ])
}

/// A part of a value along one axis.
private struct Part {
  let node: NodeID
  let source: ValueID
  let axis: Int
  let range: Range<Int>
  /// The extent of the whole axis.
  let extent: Int

  /// Describes what a Slice or a Gather takes; nil when it is something else.
  init?(takenBy node: NodeID, in graph: Graph) {
    guard let source = graph.input(0, of: node), !graph.isConstant(source),
      let shape = graph.shape(of: source),
      let (axis, bounds) = graph.isStandard(node, "Slice")
        ? graph.slicedAxis(of: node, rank: shape.rank) : graph.gatheredAxis(of: node, shape),
      let extent = shape[axis].fixedValue
    else { return nil }
    let places = bounds.map { max(0, min($0 < 0 ? $0 + extent : $0, extent)) }
    guard places[0] < places[1] else { return nil }
    self.node = node
    self.source = source
    self.axis = axis
    self.extent = extent
    range = places[0]..<places[1]
  }
}

extension Graph {
  /// The only axis of a Slice in steps of one, with its start and its end.
  fileprivate func slicedAxis(of slice: NodeID, rank: Int) -> (Int, [Int])? {
    guard let starts = integers(1, of: slice), starts.count == 1,
      let ends = integers(2, of: slice), ends.count == 1,
      input(4, of: slice) == nil || integers(4, of: slice) == [1]
    else { return nil }
    let axis = input(3, of: slice) == nil ? 0 : integers(3, of: slice)?.first
    guard let axis, (-rank..<rank).contains(axis) else { return nil }
    return (axis < 0 ? axis + rank : axis, [starts[0], ends[0]])
  }

  /// The axis of a Gather of indices that follow each other, with the first and the end.
  fileprivate func gatheredAxis(of gather: NodeID, _ shape: Shape) -> (Int, [Int])? {
    guard constant(1, of: gather)?.rank == 1, let indices = integers(1, of: gather),
      let first = indices.first, first >= 0,
      indices.indices.allSatisfy({ indices[$0] == first + $0 })
    else { return nil }
    var axis = 0
    if case .int(let value)? = self[gather].attributes["axis"] { axis = Int(value) }
    guard (-shape.rank..<shape.rank).contains(axis) else { return nil }
    axis = axis < 0 ? axis + shape.rank : axis
    // The indices must be there.
    guard let extent = shape[axis].fixedValue, first + indices.count <= extent else { return nil }
    return (axis, [first, first + indices.count])
  }

  /// The parts of a value from its first one on, each behind the one before; nil when they are not
  /// all of it.
  fileprivate func parts(behind first: Part) -> [Part]? {
    var starting: [Int: Part] = [:]
    for use in uses(of: first.source, limit: 64) {
      guard case .node(let user, 0) = use, block(of: user) == block(of: first.node),
        isStandard(user, "Slice") || isStandard(user, "Gather"),
        let part = Part(takenBy: user, in: self), part.axis == first.axis,
        starting[part.range.lowerBound] == nil
      else { continue }
      starting[part.range.lowerBound] = part
    }
    var parts: [Part] = []
    var end = 0
    while end < first.extent {
      guard let part = starting[end] else { return nil }
      parts.append(part)
      end = part.range.upperBound
    }
    return parts
  }

  fileprivate mutating func split(_ parts: [Part]) {
    let block = block(of: parts[0].node)
    // As soon as the value is there: any of the parts may be used first.
    guard let place = place(behind: parts[0].source, in: block) else { return }
    let sizes = parts.map { Int64($0.range.count) }
    let operand = addConstant(Tensor(shape: [sizes.count], scalars: sizes), in: block)
    var split = Node(
      .newest("Split"), attributes: ["axis": .int(Int64(parts[0].axis))],
      name: self[parts[0].node].name)
    for part in parts { split.lineage.formUnion(self[part.node].lineage) }
    let outputs = parts.map { output(0, of: $0.node) }
    let results = outputs.map { $0.map { Result(name(of: $0), type: type(of: $0)) } }
    for case let output? in outputs { setName("", of: output) }
    let added = add(
      split, inputs: [parts[0].source, operand], results: results, at: place)
    for (old, new) in zip(outputs, self.outputs(of: added)) {
      if let old, let new { replaceUses(of: old, with: new) }
    }
    for part in parts { removeUnused(part.node, leavingLineageTo: added) }
  }

  /// Where a block first has a value.
  private func place(behind value: ValueID, in block: BlockID) -> Place? {
    if let producer = producer(of: value), self.block(of: producer) == block {
      return .after(producer)
    }
    return firstNode(in: block).map { .before($0) }
  }
}
