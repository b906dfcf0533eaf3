import IR
import Tensors

/// Which channels of a graph have to go together.
///
/// The channels of every product are followed along the ties of all nodes around their values, and
/// the elements that stand for the same channel are joined. What reaches an output of the graph, or
/// a node that needs every element, stays.
struct ChannelTrace {
  let graph: Graph
  /// The axes that were reached, in the order in which they were.
  private(set) var axes: [ChannelAxis] = []
  /// The nodes whose ties were followed.
  private(set) var nodes: Set<NodeID> = []

  private var starts: [ChannelAxis: Int] = [:]
  private var extents: [ChannelAxis: Int] = [:]
  private var sets = DisjointSets()
  /// The elements that have to stay, and all that is joined with them.
  private var fixed: [Int] = []
  private var followed: Set<FollowedTie> = []

  private struct FollowedTie: Hashable {
    let node: NodeID
    let index: Int
  }

  /// Follows the results of all uses of weights.
  init(_ graph: Graph, from uses: [WeightUse]) {
    self.graph = graph
    for use in uses { reach(ChannelAxis(use.weights, use.outputAxis)) }
    var next = 0
    while next < axes.count {
      follow(axes[next])
      next += 1
    }
  }

  /// Whether an axis was reached.
  func contains(_ axis: ChannelAxis) -> Bool { starts[axis] != nil }

  /// Keeps all elements of an axis.
  mutating func keep(_ axis: ChannelAxis) {
    guard let start = starts[axis], let extent = extents[axis] else { return }
    fixed += start..<(start + extent)
  }

  /// Returns the class of each element of each axis: those of one class go together.
  ///
  /// Classes are numbered in the order of the axes; elements that have to stay have none.
  mutating func classes() -> (ofAxes: [ChannelAxis: [Int?]], count: Int) {
    let kept = Set(fixed.map { sets.root(of: $0) })
    var numbers: [Int: Int] = [:]
    var classes: [ChannelAxis: [Int?]] = [:]
    for axis in axes {
      guard let start = starts[axis], let extent = extents[axis] else { continue }
      classes[axis] = (start..<(start + extent)).map { element in
        let root = sets.root(of: element)
        guard !kept.contains(root) else { return nil }
        let number = numbers[root] ?? numbers.count
        numbers[root] = number
        return number
      }
    }
    return (classes, numbers.count)
  }

  private mutating func reach(_ axis: ChannelAxis) {
    guard starts[axis] == nil, let shape = graph.shape(of: axis.value), axis.axis < shape.rank,
      let extent = shape[axis.axis].fixedValue, extent >= 0
    else { return }
    starts[axis] = sets.add(extent)
    extents[axis] = extent
    axes.append(axis)
  }

  private mutating func follow(_ axis: ChannelAxis) {
    switch graph.definition(of: axis.value) {
    case .node(let node, let result): follow(axis, at: .output(result), of: node)
    case .input: keep(axis)
    case .constant:
      let tensor = graph.constant(of: axis.value)
      if tensor.map({ $0.encoding != .dense || $0.elementType.bitWidth < 8 }) ?? true { keep(axis) }
    }
    for use in graph.uses(of: axis.value) {
      switch use {
      case .node(let node, let input): follow(axis, at: .input(input), of: node)
      case .output: keep(axis)
      }
    }
  }

  private mutating func follow(_ axis: ChannelAxis, at port: ChannelTie.Port, of node: NodeID) {
    let ties = graph.channelTies(of: node)
    let indices = ties.indices.filter { ties[$0].contains(port, axis.axis) }
    if indices.isEmpty { keep(axis) }
    for index in indices where followed.insert(FollowedTie(node: node, index: index)).inserted {
      nodes.insert(node)
      join(ties[index])
    }
  }

  private mutating func join(_ tie: ChannelTie) {
    var first: [Int: Int] = [:]
    for member in tie.members {
      reach(member.channels)
      guard let start = starts[member.channels], let extent = extents[member.channels] else {
        continue
      }
      for element in 0..<extent {
        let channel = element / member.divisor + member.offset
        if let other = first[channel] {
          sets.join(other, start + element)
        } else {
          first[channel] = start + element
        }
      }
    }
  }
}

/// Sets without common elements that can be joined.
struct DisjointSets {
  private var parents: [Int] = []

  /// Adds elements, each a set of its own, and returns the first.
  mutating func add(_ count: Int) -> Int {
    let first = parents.count
    parents += first..<(first + count)
    return first
  }

  /// The element that stands for the set of an element: its least.
  mutating func root(of element: Int) -> Int {
    var root = element
    while parents[root] != root {
      parents[root] = parents[parents[root]]
      root = parents[root]
    }
    return root
  }

  mutating func join(_ first: Int, _ second: Int) {
    let (first, second) = (root(of: first), root(of: second))
    parents[max(first, second)] = min(first, second)
  }
}
