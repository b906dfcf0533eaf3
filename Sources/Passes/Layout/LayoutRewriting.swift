import IR
import Tensors

/// The values in the new order while nodes are rewritten one after another.
struct LayoutRewriting {
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
      guard let input = graph.input(index, of: node) else { continue }
      if let tensor = graph.fixedTensor(of: input) {
        guard tensor.count != 1, let tensor = order.applied(to: tensor) else { continue }
        graph.replaceConstant(index, of: node, with: tensor)
      } else {
        graph.setInput(index, of: node, to: value(of: input, before: node, in: &graph))
      }
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
