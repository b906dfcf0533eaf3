/// The cheapest division of a network's vertices between a source and a sink (Ford & Fulkerson 1956).
///
/// An edge costs its capacity where it leads from the side of the source to that of the sink.
struct MinimumCut {
  static let source = 0
  static let sink = 1

  /// A capacity that no cut can afford.
  static let unaffordable = Int.max / 4

  private var targets: [Int] = []
  private var capacities: [Int] = []
  private var edges: [[Int]] = [[], []]

  /// Adds a vertex and returns its number.
  mutating func addVertex() -> Int {
    edges.append([])
    return edges.count - 1
  }

  /// Adds an edge; its reverse has no capacity.
  mutating func addEdge(from: Int, to: Int, capacity: Int) {
    edges[from].append(targets.count)
    targets.append(to)
    capacities.append(capacity)
    edges[to].append(targets.count)
    targets.append(from)
    capacities.append(0)
  }

  /// Returns the cost of the cheapest cut and whether each vertex lies with the sink, as few of them
  /// as possible.
  ///
  /// Takes time in proportion to the edges times the cost.
  mutating func solve() -> (cost: Int, isWithSink: [Bool]) {
    var cost = 0
    while let path = shortestPath() {
      let flow = path.map { capacities[$0] }.min() ?? 0
      for edge in path {
        capacities[edge] -= flow
        capacities[edge ^ 1] += flow
      }
      cost += flow
    }
    return (cost, reachingSink())
  }

  /// The edges of the shortest path with capacity left from the source to the sink.
  private func shortestPath() -> [Int]? {
    var arrivals = [Int?](repeating: nil, count: edges.count)
    var queue = [Self.source]
    var position = 0
    while position < queue.count {
      let vertex = queue[position]
      position += 1
      for edge in edges[vertex] where capacities[edge] > 0 {
        let target = targets[edge]
        guard target != Self.source, arrivals[target] == nil else { continue }
        arrivals[target] = edge
        queue.append(target)
        guard target == Self.sink else { continue }
        var path: [Int] = []
        var end = target
        while let edge = arrivals[end] {
          path.append(edge)
          end = targets[edge ^ 1]
        }
        return path
      }
    }
    return nil
  }

  /// The vertices from which capacity is left to the sink.
  private func reachingSink() -> [Bool] {
    var isReaching = [Bool](repeating: false, count: edges.count)
    isReaching[Self.sink] = true
    var pending = [Self.sink]
    while let vertex = pending.popLast() {
      for edge in edges[vertex] where capacities[edge ^ 1] > 0 && !isReaching[targets[edge]] {
        isReaching[targets[edge]] = true
        pending.append(targets[edge])
      }
    }
    return isReaching
  }
}
