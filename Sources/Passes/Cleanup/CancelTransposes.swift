public import IR
import Tensors

/// Lets nodes that any order of axes suits take their data without transposing it.
///
///     a = Transpose(x) {perm = [0, 3, 1, 2]}
///     b = Add(Relu(a), w)
///     y = Transpose(b) {perm = [0, 2, 3, 1]}      →     y = Add(Relu(x), w')
///
/// Which nodes change is decided for all nodes between some transposes at once, by a minimum cut:
/// it leaves as few transposes as that can, and there are never more than before. Constants, axes
/// and lists with an element for each axis change with the nodes.
public struct CancelTransposes: Pass {
  public let name = "cancel-transposes"
  public let summary = "Let nodes that any order of axes suits take their data untransposed"
  public let contract = NumericalContract.exact

  /// The most orders of axes that are tried.
  private static let orderLimit = 16

  public init() {}

  public func run(on model: inout Model) -> Int {
    var transposes = model.graph.transposes
    guard !transposes.isEmpty else { return 0 }
    var changes = 0
    for order in Self.orders(of: transposes, in: model.graph) {
      let found = Self.change(to: order, around: transposes, in: &model.graph)
      guard found > 0 else { continue }
      // What is left of pairs would count as transposes for the next order.
      changes +=
        found + RewritePass.mergeSteps.run(on: &model)
        + RewritePass.removeIdentities.run(on: &model)
      transposes = model.graph.transposes
    }
    return changes + Self.absorption.run(on: &model)
  }

  /// Lets nodes take their data in an order where that leaves fewer transposes.
  private static func change(
    to order: AxisOrder, around transposes: [NodeID], in graph: inout Graph
  ) -> Int {
    var changes = 0
    var visited: Set<NodeID> = []
    for node in transposes where graph.contains(node) {
      let own = graph.axisOrder(of: node)
      var places: [ValueID?] = []
      if own == order { places.append(graph.output(0, of: node)) }
      if own == order.inverse { places.append(graph.input(0, of: node)) }
      for case let place? in places where graph.contains(place) {
        guard
          let component = LayoutComponent(
            around: place, of: graph.block(of: node), order, in: graph, &visited),
          let changing = component.cheapest(in: graph)
        else { continue }
        graph.change(changing, of: component)
        changes += 1
      }
    }
    return changes
  }

  /// Lets what follows take a transpose in: a product of matrices, or a change of shape where only
  /// axes of extent 1 move.
  private static let absorption = RewriteDriver(rules: [
    RewriteRule(of: "Gemm") { node, model in
      let graph = model.graph
      for (index, attribute) in [(0, "transA"), (1, "transB")] {
        guard let transpose = graph.producer(of: graph.input(index, of: node), named: "Transpose"),
          let source = graph.input(0, of: transpose), graph.permutation(of: transpose) == [1, 0]
        else { continue }
        let isTransposed = graph[node].attributes[attribute] ?? .int(0) != .int(0)
        return { model in
          model.graph.update(node) { $0.attributes[attribute] = .int(isTransposed ? 0 : 1) }
          model.graph.setInput(index, of: node, to: source)
          model.graph.removeUnused(transpose, leavingLineageTo: node)
        }
      }
      return nil
    },
    RewriteRule(of: "Transpose") { node, model in
      let graph = model.graph
      guard let order = graph.axisOrder(of: node), let source = graph.input(0, of: node),
        let output = graph.output(0, of: node), let shape = graph.shape(of: output),
        order.keepsOrder(of: order.axes.indices.filter { shape.dimensions[$0].fixedValue != 1 }),
        graph.soleUser(of: output).map(graph.isView) ?? false
          || graph.producer(of: source).map(graph.isView) ?? false,
        let target = graph.reshapeTarget(from: source, to: output)
      else { return nil }
      return { $0.graph.reshape(source, to: target, insteadOf: node) }
    },
    RewriteRule(of: "Reshape") { node, model in
      let graph = model.graph
      guard let moved = graph.input(0, of: node), graph.soleUser(of: moved) == node,
        let transpose = graph.producer(of: moved, named: "Transpose"),
        let order = graph.axisOrder(of: transpose),
        let places = graph.movedUnits(from: moved, to: graph.output(0, of: node))
      else { return nil }
      return { model in
        let axes = places.map { Int64(order.axes[$0]) }
        let source = model.graph.input(0, of: transpose)
        let result = model.graph.insert(
          .newest("Transpose"), [source], attributes: ["perm": .ints(axes)],
          name: model.graph[transpose].name,
          type: model.graph.output(0, of: node).flatMap { model.graph.type(of: $0) }, before: node)
        if let result { model.graph.replace(node, with: result) }
      }
    },
  ])

  /// The orders from which and to which transposes lead, in the order in which they occur.
  private static func orders(of transposes: [NodeID], in graph: Graph) -> [AxisOrder] {
    var found: [AxisOrder] = []
    for node in transposes {
      guard found.count < orderLimit else { break }
      guard let order = graph.axisOrder(of: node) else { continue }
      for candidate in [order, order.inverse] where !found.contains(candidate) {
        found.append(candidate)
      }
    }
    return found
  }
}

extension Graph {
  /// What a Transpose does; nil for other nodes, and where its result has another shape than that.
  func axisOrder(of node: NodeID) -> AxisOrder? {
    guard isStandard(node, "Transpose"), let axes = permutation(of: node),
      axes.sorted() == Array(axes.indices), shape(of: output(0, of: node))?.rank == axes.count
    else { return nil }
    return AxisOrder(axes: axes)
  }

  /// For each axis of a view that axis of a value whose elements it has, where only axes of extent 1
  /// have other places; nil for other views.
  fileprivate func movedUnits(from value: ValueID, to view: ValueID?) -> [Int]? {
    guard let former = shape(of: value)?.dimensions, let new = shape(of: view)?.dimensions,
      former.count == new.count, !(former + new).contains(.unknown),
      former.filter({ $0 != 1 }) == new.filter({ $0 != 1 })
    else { return nil }
    var units = former.indices.filter { former[$0] == 1 }[...]
    var others = former.indices.filter { former[$0] != 1 }[...]
    return new.compactMap { $0 == 1 ? units.popFirst() : others.popFirst() }
  }

  fileprivate var transposes: [NodeID] {
    nodesInExecutionOrder { $0.isStandard("Transpose") }
  }

  /// Lets some nodes of a component take their data in its order.
  fileprivate mutating func change(
    _ nodes: [NodeID: LayoutChange], of component: LayoutComponent
  ) {
    var changing = LayoutRewriting(component.order, component.block)
    for node in component.nodes {
      if let change = nodes[node] { changing.rewrite(node, change, in: &self) }
    }
    changing.finish(in: &self)
  }
}
