import IR
import Tensors

/// How a node computes the same elements when the axes of its data are in another order.
struct LayoutChange: Sendable {
  /// The inputs whose axes change; constants among them need not have all axes.
  var inputs: [Int]

  /// Whether the axes of the outputs change with them.
  var changesOutputs = true

  /// Carries the change out on the attributes and the constants of the node.
  var edit: @Sendable (inout Graph, NodeID) -> Void = { _, _ in }
}

extension Graph {
  /// The way in which a node takes data whose axes are in another order; nil when it cannot.
  ///
  /// Sums over several axes need these in the order they had: the change is exact.
  func layoutChange(of node: NodeID, to order: AxisOrder) -> LayoutChange? {
    let id = self[node].operatorID
    guard id.domain.isEmpty, blocks(of: node).isEmpty,
      let change = LayoutRules.table[id.name]?(self, node, order),
      change.inputs.allSatisfy({ canReorder(input($0, of: node), to: order) }),
      !change.changesOutputs
        || outputs(of: node).allSatisfy({ $0 == nil || shape(of: $0)?.rank == order.rank })
    else { return nil }
    return change
  }

  private func canReorder(_ value: ValueID?, to order: AxisOrder) -> Bool {
    guard let value else { return true }
    guard isConstant(value) else { return shape(of: value)?.rank == order.rank }
    return constant(of: value).map { $0.encoding == .dense && $0.rank <= order.rank } ?? false
  }
}

/// The rules for the operators that any order of axes suits.
private enum LayoutRules {
  typealias Rule = @Sendable (Graph, NodeID, AxisOrder) -> LayoutChange?

  static let table: [String: Rule] = {
    var table: [String: Rule] = [:]
    for name in ElementwiseOperators.unary {
      table[name] = { _, _, _ in LayoutChange(inputs: [0]) }
    }
    for name in ElementwiseOperators.broadcasting { table[name] = broadcast }
    table["Concat"] = { graph, node, order in
      axis(of: node, in: graph, default: nil, order, inputs: Array(0..<graph.inputCount(of: node)))
    }
    table["Split"] = { axis(of: $1, in: $0, default: 0, $2) }
    for name in ["Softmax", "LogSoftmax", "Hardmax"] {
      table[name] = { axis(of: $1, in: $0, default: -1, $2) }
    }
    for name in ["QuantizeLinear", "DequantizeLinear"] { table[name] = quantize }
    for name in reductions { table[name] = reduce }
    table["Squeeze"] = squeeze
    table["Gather"] = gather
    table["Reshape"] = reshape
    table["Slice"] = slice
    table["Pad"] = pad
    table["Tile"] = { reorderList(1, of: $1, in: $0, $2) }
    table["Resize"] = resize
    return table
  }()

  private static let reductions = [
    "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean",
    "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare",
  ]

  private static func broadcast(
    _ graph: Graph, _ node: NodeID, _ order: AxisOrder
  ) -> LayoutChange? {
    var bound: [Int] = []
    for (index, input) in graph.inputs(of: node).enumerated() {
      guard let input, let shape = graph.shape(of: input) else { return nil }
      // One element needs no axes, as long as it does not give the output its rank.
      let isSingle = shape.rank <= order.rank && shape.dimensions.allSatisfy { $0.fixedValue == 1 }
      if !isSingle { bound.append(index) }
    }
    return bound.isEmpty ? nil : LayoutChange(inputs: bound)
  }

  private static func axis(
    of node: NodeID, in graph: Graph, default standard: Int?, _ order: AxisOrder,
    inputs: [Int] = [0]
  ) -> LayoutChange? {
    var axis = standard
    if case .int(let value)? = graph[node].attributes["axis"] { axis = Int(value) }
    guard let place = axis.flatMap(order.place) else { return nil }
    return LayoutChange(inputs: inputs) { graph, node in
      graph.update(node) { $0.attributes["axis"] = .int(Int64(place)) }
    }
  }

  private static func quantize(
    _ graph: Graph, _ node: NodeID, _ order: AxisOrder
  ) -> LayoutChange? {
    guard let scale = graph.shape(of: graph.input(1, of: node)), scale.rank <= 1,
      graph[node].attributes["block_size"] ?? .int(0) == .int(0)
    else { return nil }
    let isUniform = scale.dimensions.allSatisfy { $0.fixedValue == 1 }
    return isUniform ? LayoutChange(inputs: [0]) : axis(of: node, in: graph, default: 1, order)
  }

  private static func reduce(
    _ graph: Graph, _ node: NodeID, _ order: AxisOrder
  ) -> LayoutChange? {
    guard let axes = graph.integers(1, of: node), !axes.isEmpty,
      let places = order.places(of: axes)
    else { return nil }
    let reduced = Set(places)
    let former = (0..<order.rank).filter { reduced.contains(order.axes[$0]) }
    let isOrdered = ["ReduceMax", "ReduceMin"].contains(graph[node].operatorID.name)
    guard isOrdered || order.keepsOrder(of: former) else { return nil }
    let keepsAxes = graph[node].attributes["keepdims"] ?? .int(1) != .int(0)
    let rest = (0..<order.rank).filter { !reduced.contains(order.axes[$0]) }
    guard keepsAxes || order.keepsOrder(of: rest) else { return nil }
    return LayoutChange(inputs: [0], changesOutputs: keepsAxes) { graph, node in
      graph.replaceConstant(1, of: node, with: .axes(places.sorted()))
    }
  }

  private static func gather(_ graph: Graph, _ node: NodeID, _ order: AxisOrder) -> LayoutChange? {
    guard let rank = graph.shape(of: graph.input(1, of: node))?.rank, rank <= 1,
      var change = axis(of: node, in: graph, default: 0, order)
    else { return nil }
    guard rank == 0 else { return change }
    var axis = 0
    if case .int(let value)? = graph[node].attributes["axis"] { axis = Int(value) }
    let taken = axis < 0 ? axis + order.rank : axis
    guard order.keepsOrder(of: (0..<order.rank).filter { $0 != taken }) else { return nil }
    change.changesOutputs = false
    return change
  }

  private static func squeeze(
    _ graph: Graph, _ node: NodeID, _ order: AxisOrder
  ) -> LayoutChange? {
    guard let axes = graph.integers(1, of: node), let places = order.places(of: axes),
      order.keepsOrder(of: (0..<order.rank).filter { !places.contains(order.axes[$0]) })
    else { return nil }
    return LayoutChange(inputs: [0], changesOutputs: false) { graph, node in
      graph.replaceConstant(1, of: node, with: .axes(places.sorted()))
    }
  }

  /// The elements stay in their order when only axes of extent 1 move between the others.
  private static func reshape(
    _ graph: Graph, _ node: NodeID, _ order: AxisOrder
  ) -> LayoutChange? {
    guard let target = graph.integers(1, of: node), !target.contains(0),
      let shape = graph.shape(of: graph.input(0, of: node)), shape.rank == order.rank,
      order.keepsOrder(of: (0..<order.rank).filter { shape.dimensions[$0].fixedValue != 1 })
    else { return nil }
    return LayoutChange(inputs: [0], changesOutputs: false)
  }

  private static func slice(_ graph: Graph, _ node: NodeID, _ order: AxisOrder) -> LayoutChange? {
    let axes: [Int]
    if graph.input(3, of: node) != nil {
      guard let integers = graph.integers(3, of: node) else { return nil }
      axes = integers
    } else {
      guard let starts = graph.integers(1, of: node) else { return nil }
      axes = Array(starts.indices)
    }
    guard let places = order.places(of: axes) else { return nil }
    return LayoutChange(inputs: [0]) { graph, node in
      let type = graph.elementType(of: graph.input(1, of: node)) ?? .int64
      graph.replaceConstant(3, of: node, with: Tensor.axes(places).converted(to: type))
    }
  }

  private static func pad(_ graph: Graph, _ node: NodeID, _ order: AxisOrder) -> LayoutChange? {
    let rank = order.rank
    guard graph.input(3, of: node) == nil, let pads = graph.integers(1, of: node),
      pads.count == 2 * rank
    else { return nil }
    let places = order.applied(to: Array(pads[..<rank])) + order.applied(to: Array(pads[rank...]))
    return LayoutChange(inputs: [0]) { graph, node in
      graph.replaceConstant(1, of: node, with: .axes(places))
    }
  }

  private static func reorderList(
    _ index: Int, of node: NodeID, in graph: Graph, _ order: AxisOrder
  ) -> LayoutChange? {
    guard let tensor = graph.constant(index, of: node), tensor.encoding == .dense,
      tensor.count == order.rank, tensor.rank == 1,
      let list = tensor.reordered(order)
    else { return nil }
    return LayoutChange(inputs: [0]) { graph, node in
      graph.replaceConstant(index, of: node, with: list)
    }
  }

  private static func resize(_ graph: Graph, _ node: NodeID, _ order: AxisOrder) -> LayoutChange? {
    guard graph[node].attributes["axes"] == nil,
      graph[node].attributes["coordinate_transformation_mode"] != .string("tf_crop_and_resize"),
      let input = graph.shape(of: graph.input(0, of: node)), input.rank == order.rank,
      let output = graph.shape(of: graph.output(0, of: node)), output.rank == order.rank,
      order.keepsOrder(
        of: (0..<order.rank).filter { input.dimensions[$0] != output.dimensions[$0] })
    else { return nil }
    let scales = graph.constant(2, of: node).map { $0.count > 0 } ?? false
    return reorderList(scales ? 2 : 3, of: node, in: graph, order)
  }
}

extension Tensor {
  fileprivate static func axes(_ axes: [Int]) -> Tensor {
    Tensor(shape: [axes.count], scalars: axes.map(Int64.init))
  }

  /// The elements of a list, which there is one of for each axis, in another order.
  fileprivate func reordered(_ order: AxisOrder) -> Tensor? {
    if let integers = knownIntegers { return .axes(order.applied(to: integers)) }
    guard elementType == .float32 else { return nil }
    return Tensor(shape: shape, scalars: order.applied(to: scalars(of: Float.self)))
  }
}
