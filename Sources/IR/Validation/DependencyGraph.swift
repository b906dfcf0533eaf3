/// Which of a number of things need which: the base of sorting and of finding cycles.
struct DependencyGraph {
  private var edges: [(user: Int32, needed: Int32)] = []
  private let count: Int

  /// Creates a graph of `count` things that need nothing.
  init(count: Int) { self.count = count }

  /// Notes that `user` needs `needed`.
  mutating func add(_ user: Int, needs needed: Int) {
    edges.append((Int32(user), Int32(needed)))
  }

  /// What ``order()`` finds.
  struct Order {
    /// Everything, what is needed first; otherwise in the order of the numbers.
    ///
    /// Things that need each other lie side by side.
    var sequence: [Int]
    /// The same number for things that need each other.
    var component: [Int32]
    /// One cycle of each such component, each thing before one that needs it.
    var cycles: [[Int]]
  }

  /// Sorts everything in time proportional to the number of things and needs.
  ///
  /// Follows Tarjan, "Depth-first search and linear graph algorithms" (1972), with a stack of its
  /// own instead of recursion.
  func order() -> Order {
    var search = ComponentSearch(count: count, neighbours: Neighbours(count: count, edges: edges))
    for index in 0..<count { search.visit(index) }
    var order = Order(sequence: search.sequence, component: search.component, cycles: [])
    var start = 0
    while start < count {
      var end = start + 1
      let first = search.sequence[start]
      while end < count, order.component[search.sequence[end]] == order.component[first] {
        end += 1
      }
      if end - start > 1 || search.neighbours[first].contains(Int32(first)) {
        order.cycles.append(search.cycle(through: search.sequence[start..<end].min() ?? first))
      }
      start = end
    }
    return order
  }
}

/// The needs of each thing as one array, in the order in which they were noted.
private struct Neighbours {
  private var starts: [Int]
  private var targets: [Int32]

  init(count: Int, edges: [(user: Int32, needed: Int32)]) {
    starts = Array(repeating: 0, count: count + 1)
    for edge in edges { starts[Int(edge.user) + 1] += 1 }
    for index in 0..<count { starts[index + 1] += starts[index] }
    var next = starts
    targets = Array(repeating: 0, count: edges.count)
    for edge in edges {
      targets[next[Int(edge.user)]] = edge.needed
      next[Int(edge.user)] += 1
    }
  }

  subscript(index: Int) -> ArraySlice<Int32> { targets[starts[index]..<starts[index + 1]] }
}

private struct ComponentSearch {
  let neighbours: Neighbours
  private(set) var sequence: [Int] = []
  private(set) var component: [Int32]

  private var numbers: [Int32]
  private var lowest: [Int32]
  private var open: [Int32] = []
  private var calls: [(thing: Int, next: Int)] = []
  private var visited: Int32 = 0
  private var components: Int32 = 0

  init(count: Int, neighbours: Neighbours) {
    self.neighbours = neighbours
    component = Array(repeating: -1, count: count)
    numbers = Array(repeating: -1, count: count)
    lowest = Array(repeating: -1, count: count)
    sequence.reserveCapacity(count)
  }

  mutating func visit(_ start: Int) {
    guard numbers[start] < 0 else { return }
    begin(start)
    while let (thing, next) = calls.last {
      let needs = neighbours[thing]
      guard next < needs.count else {
        calls.removeLast()
        finish(thing)
        if let caller = calls.last?.thing { lowest[caller] = min(lowest[caller], lowest[thing]) }
        continue
      }
      calls[calls.count - 1].next += 1
      let needed = Int(needs[needs.startIndex + next])
      if numbers[needed] < 0 {
        begin(needed)
      } else if component[needed] < 0 {
        lowest[thing] = min(lowest[thing], numbers[needed])
      }
    }
  }

  private mutating func begin(_ thing: Int) {
    numbers[thing] = visited
    lowest[thing] = visited
    visited += 1
    open.append(Int32(thing))
    calls.append((thing, 0))
  }

  private mutating func finish(_ thing: Int) {
    guard lowest[thing] == numbers[thing] else { return }
    while let member = open.popLast() {
      component[Int(member)] = components
      sequence.append(Int(member))
      if member == thing { break }
    }
    components += 1
  }

  /// Follows needs inside of one component until they come back.
  func cycle(through start: Int) -> [Int] {
    var path = [start]
    var places = [start: 0]
    var thing = start
    while let next = neighbours[thing].first(where: { component[Int($0)] == component[start] }) {
      thing = Int(next)
      if let place = places[thing] { return [thing] + path[(place + 1)...].reversed() }
      places[thing] = path.count
      path.append(thing)
    }
    return path
  }
}
