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
    var changes = 0
    for order in Self.orders(of: model.graph) {
      let found = Self.change(to: order, in: &model.graph)
      guard found > 0 else { continue }
      // What is left of pairs would count as transposes for the next order.
      changes +=
        found + RewritePass.mergeSteps.run(on: &model)
        + RewritePass.removeIdentities.run(on: &model)
    }
    return changes + Self.absorption.run(on: &model)
  }

  /// Lets nodes take their data in an order where that leaves fewer transposes.
  private static func change(to order: AxisOrder, in graph: inout Graph) -> Int {
    var changes = 0
    var visited: Set<NodeID> = []
    for node in graph.nodesInExecutionOrder() where graph.contains(node) {
      guard let own = graph.axisOrder(of: node) else { continue }
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
  ])

  /// The orders from which transposes lead, in the order in which they occur.
  private static func orders(of graph: Graph) -> [AxisOrder] {
    var found: [AxisOrder] = []
    for node in graph.nodesInExecutionOrder() {
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

/// The values in the new order while nodes are rewritten one after another.
private struct LayoutRewriting {
  let order: AxisOrder
  let block: BlockID
  /// The value in the new order that stands beside one in the former order.
  private var reordered: [ValueID: ValueID] = [:]
  /// Transposes that may be of no use in the end.
  private var spare: [NodeID] = []

  init(_ order: AxisOrder, _ block: BlockID) {
    self.order = order
    self.block = block
  }

  /// Changes one node; those before it were changed.
  mutating func rewrite(_ node: NodeID, _ change: LayoutChange, in graph: inout Graph) {
    for index in change.inputs {
      guard let input = graph.input(index, of: node), !graph.isConstant(input) else { continue }
      let value = value(of: input, before: node, in: &graph)
      graph.setInput(index, of: node, to: value)
    }
    change.edit(&graph, node)
    guard change.changesOutputs else { return }
    for case let output? in graph.outputs(of: node) {
      let (type, name) = (graph.type(of: output), graph.name(of: output))
      graph.setName("", of: output)
      graph.setType(order.applied(to: type), of: output)
      let transpose = graph.add(
        transposing(by: order, like: node, in: graph), inputs: [nil],
        results: [Graph.Result(name, type: type)], at: .after(node))
      guard let former = graph.output(0, of: transpose) else { continue }
      graph.replaceUses(of: output, with: former)
      graph.setInput(0, of: transpose, to: output)
      reordered[former] = output
      spare.append(transpose)
    }
  }

  /// Removes what is there for nothing.
  mutating func finish(in graph: inout Graph) {
    for node in spare.reversed() where graph.contains(node) {
      guard let output = graph.output(0, of: node), !graph.hasUses(output) else { continue }
      graph.remove(node, leavingLineageTo: graph.input(0, of: node).flatMap(graph.producer(of:)))
    }
  }

  /// The value in the new order of one in the former order.
  private mutating func value(
    of value: ValueID, before node: NodeID, in graph: inout Graph
  ) -> ValueID {
    if let known = reordered[value] { return known }
    let producer = graph.producer(of: value)
    if let producer, graph.axisOrder(of: producer) == order,
      let source = graph.input(0, of: producer)
    {
      spare.append(producer)
      return source
    }
    let place: Graph.Place
    if let producer, graph.block(of: producer) == block {
      place = .after(producer)
    } else {
      place = graph.firstNode(in: block).map { .before($0) } ?? .end(of: block)
    }
    let transpose = graph.add(
      transposing(by: order.inverse, like: node, in: graph), inputs: [value],
      results: [Graph.Result("", type: order.applied(to: graph.type(of: value)))], at: place)
    spare.append(transpose)
    let result = graph.output(0, of: transpose) ?? value
    replaceEqual(transpose, of: value, with: result, in: &graph)
    reordered[value] = result
    return result
  }

  /// Puts a new transpose in the place of those of the same value that do the same.
  private func replaceEqual(
    _ transpose: NodeID, of value: ValueID, with result: ValueID, in graph: inout Graph
  ) {
    for use in graph.uses(of: value) {
      guard case .node(let user, _) = use, user != transpose, graph.block(of: user) == block,
        graph.axisOrder(of: user) == order.inverse, let former = graph.output(0, of: user)
      else { continue }
      graph.setName(graph.name(of: former), of: result)
      graph.replaceUses(of: former, with: result)
      graph.remove(user, leavingLineageTo: transpose)
    }
  }

  private func transposing(by order: AxisOrder, like node: NodeID, in graph: Graph) -> Node {
    Node(
      .newest("Transpose"), attributes: ["perm": .ints(order.axes.map(Int64.init))],
      lineage: graph[node].lineage)
  }
}
