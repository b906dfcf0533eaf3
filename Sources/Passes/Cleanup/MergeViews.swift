import IR
import Tensors

extension RewritePass {
  /// Lets a Reshape start from where a chain of changes of shape started.
  ///
  ///     y = Unsqueeze(x, [0])
  ///     z = Reshape(y, [8, 2])        →     z = Reshape(x, [8, 2])
  ///
  /// What is filled with one number is filled in its last shape at once. A Squeeze, Unsqueeze or
  /// Flatten at the end of such a chain becomes the Reshape. A product of rows that were put below each
  /// other, and apart again behind it, takes them as they lie, see ``RowProduct``.
  static let mergeViews = RewritePass(
    "merge-views", "Merge chains of Reshape, Squeeze, Unsqueeze and Flatten", .exact,
    rules: [
      RewriteRule(of: "Reshape") { node, model in
        let graph = model.graph
        guard let source = graph.viewSource(of: node),
          let target = graph.target(of: node, from: source)
        else { return nil }
        if graph.integers(1, of: node) != target {
          return { $0.graph.reshape(source, to: target, insteadOf: node) }
        }
        return { model in
          let view = model.graph.input(0, of: node)
          model.graph.setInput(0, of: node, to: source)
          if let producer = view.flatMap({ model.graph.producer(of: $0) }) {
            model.graph.removeUnused(producer, leavingLineageTo: node)
          }
        }
      },
      RewriteRule(of: "Squeeze", "Unsqueeze", "Flatten") { node, model in
        let graph = model.graph
        guard let view = graph.input(0, of: node), let source = graph.viewSource(of: node),
          graph.soleUser(of: view) == node, let output = graph.output(0, of: node),
          let target = graph.reshapeTarget(from: source, to: output)
        else { return nil }
        return { $0.graph.reshape(source, to: target, insteadOf: node) }
      },
      RowProduct.rule,
      RewriteRule(of: "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose") { node, model in
        let graph = model.graph
        guard let filled = graph.producer(of: graph.input(0, of: node), named: "ConstantOfShape"),
          graph.soleUser(of: graph.input(0, of: node)) == node,
          let output = graph.output(0, of: node), let extents = graph.shape(of: output)?.extents
        else { return nil }
        return { model in
          let shape = Tensor(shape: [extents.count], scalars: extents.map(Int64.init))
          let attributes = model.graph[filled].attributes
          let input = model.graph.addConstant(shape, in: model.graph.block(of: node))
          let result = model.graph.insert(
            .newest("ConstantOfShape"), [input], attributes: attributes,
            name: model.graph[node].name, type: model.graph.type(of: output), before: node)
          if let result { model.graph.replace(node, with: result) }
        }
      },
    ])
}

extension Graph {
  /// The value whose elements a change of shape just before a node puts into another shape.
  fileprivate func viewSource(of node: NodeID) -> ValueID? {
    guard let view = input(0, of: node), let producer = producer(of: view),
      ["Reshape", "Squeeze", "Unsqueeze", "Flatten"].contains(where: { isStandard(producer, $0) })
    else { return nil }
    return input(0, of: producer)
  }

  /// The target with which a Reshape does the same to another view of its data.
  fileprivate func target(of reshape: NodeID, from source: ValueID) -> [Int]? {
    guard let target = integers(1, of: reshape), let output = output(0, of: reshape) else {
      return nil
    }
    // A 0 is the extent of the former view.
    return target.contains(0) ? reshapeTarget(from: source, to: output) : target
  }

  /// The target that makes Reshape give `value` the shape of `output`, where a constant can say it.
  ///
  /// An extent that varies is written as 0 where it stays in its place, and once as -1.
  func reshapeTarget(from value: ValueID, to output: ValueID) -> [Int]? {
    guard let shape = shape(of: output) else { return nil }
    let source = self.shape(of: value)?.dimensions ?? []
    var target: [Int] = []
    for (axis, dimension) in shape.dimensions.enumerated() {
      if let extent = dimension.fixedValue {
        guard extent > 0 else { return nil }
        target.append(extent)
      } else if axis < source.count, source[axis] == dimension, dimension != .unknown {
        target.append(0)
      } else {
        guard !target.contains(-1) else { return nil }
        target.append(-1)
      }
    }
    // A lone 0 says no more than -1, which also holds when the source changes.
    if !target.contains(-1), target.count(where: { $0 == 0 }) == 1,
      let place = target.firstIndex(of: 0)
    {
      target[place] = -1
    }
    return target
  }

  /// Puts a Reshape of `value` in the place of a node.
  mutating func reshape(_ value: ValueID, to target: [Int], insteadOf node: NodeID) {
    let tensor = Tensor(shape: [target.count], scalars: target.map(Int64.init))
    let shape = addConstant(tensor, in: block(of: node))
    let type = output(0, of: node).flatMap { self.type(of: $0) }
    let result = insert(
      .newest("Reshape"), [value, shape], name: self[node].name, type: type, before: node)
    if let result { replace(node, with: result) }
  }
}
