import IR
import Tensors

/// Axes around a node whose elements are the same channels: what one of them loses all lose.
struct ChannelTie {
  /// One of the axes.
  struct Member {
    let port: Port
    let channels: ChannelAxis
    /// Element `i` of the axis is channel `i / divisor + offset` of the tie.
    var divisor = 1
    var offset = 0
  }

  /// Where a node has a value.
  enum Port: Hashable {
    case input(Int)
    case output(Int)
  }

  var members: [Member]

  /// Whether an axis of what the node has at a port is one of these.
  func contains(_ port: Port, _ axis: Int) -> Bool {
    members.contains { $0.port == port && $0.channels.axis == axis }
  }
}

extension Graph {
  /// The ties of a node; an axis that is in none must keep all its elements.
  func channelTies(of node: NodeID) -> [ChannelTie] {
    let id = self[node].operatorID
    guard id.domain.isEmpty, blocks(of: node).isEmpty, let rule = ChannelRules.table[id.name] else {
      return []
    }
    return rule(ChannelPorts(graph: self, node: node)).filter { $0.members.count > 1 }
  }
}

/// The axes of the values around a node.
struct ChannelPorts {
  let graph: Graph
  let node: NodeID

  var attributes: Attributes { graph[node].attributes }

  func value(_ port: ChannelTie.Port) -> ValueID? {
    switch port {
    case .input(let index): graph.input(index, of: node)
    case .output(let index): graph.output(index, of: node)
    }
  }

  func shape(_ port: ChannelTie.Port) -> Shape? { graph.shape(of: value(port)) }

  func rank(_ port: ChannelTie.Port) -> Int? { shape(port)?.rank }

  /// The fixed extent of an axis, which may be counted from the end.
  func extent(_ port: ChannelTie.Port, _ axis: Int) -> Int? {
    guard let shape = shape(port) else { return nil }
    let axis = axis < 0 ? axis + shape.rank : axis
    return shape.dimensions.indices.contains(axis) ? shape[axis].fixedValue : nil
  }

  /// The axis of a value, which may be counted from the end; none when its extent is not fixed.
  func axis(
    _ port: ChannelTie.Port, _ axis: Int, divisor: Int = 1, offset: Int = 0
  ) -> [ChannelTie.Member] {
    guard let value = value(port), let rank = rank(port), extent(port, axis) != nil else {
      return []
    }
    return [
      ChannelTie.Member(
        port: port, channels: ChannelAxis(value, axis < 0 ? axis + rank : axis), divisor: divisor,
        offset: offset)
    ]
  }

  /// The axis of an input that a node may do without, as a tie takes it: nothing without the input.
  func optionalAxis(_ input: Int, _ axis: Int, divisor: Int = 1) -> [[ChannelTie.Member]] {
    value(.input(input)) == nil ? [] : [self.axis(.input(input), axis, divisor: divisor)]
  }

  /// A tie of axes; none when one of them is not known, or when extents differ.
  func tie(_ axes: [[ChannelTie.Member]]) -> [ChannelTie] {
    guard axes.allSatisfy({ !$0.isEmpty }) else { return [] }
    let members = axes.joined()
    let extents = Set(members.map { (extent($0.port, $0.channels.axis) ?? 0) / $0.divisor })
    return extents.count == 1 ? [ChannelTie(members: Array(members))] : []
  }
}
