import IR

/// Which functions of a model call which.
struct FunctionCalls {
  private let functions: [Function]
  private let indices: [OperatorID: Int]
  private var callees: [[Int]] = []

  /// Finds the calls in the bodies of functions.
  init(_ functions: [Function]) {
    self.functions = functions
    var indices: [OperatorID: Int] = [:]
    for (index, function) in functions.enumerated() { indices[function.id] = index }
    self.indices = indices
    callees = functions.map { function in calls(in: function.graph) }
  }

  private func calls(in graph: Graph) -> [Int] {
    var called: Set<Int> = []
    for block in graph.blocks {
      for node in graph.nodes(in: block) {
        var id = graph[node].operatorID
        // Functions have no versions: a call is found by domain, name and overload.
        id.version = 0
        if let index = indices[id] { called.insert(index) }
      }
    }
    return called.sorted()
  }

  /// Returns the functions of a cycle of calls, or nil when there is none.
  func cycle() -> [OperatorID]? {
    // Functions that only call finished ones are finished, until nothing changes.
    var open = callees.map(\.count)
    var callers: [[Int]] = Array(repeating: [], count: callees.count)
    for (caller, called) in callees.enumerated() {
      for callee in called { callers[callee].append(caller) }
    }
    var finished = open.indices.filter { open[$0] == 0 }
    var next = 0
    while next < finished.count {
      for caller in callers[finished[next]] {
        open[caller] -= 1
        if open[caller] == 0 { finished.append(caller) }
      }
      next += 1
    }
    guard let start = open.firstIndex(where: { $0 > 0 }) else { return nil }
    return path(from: start, whereOpen: open)
  }

  /// Follows open functions until one comes again: each calls an open one.
  private func path(from start: Int, whereOpen open: [Int]) -> [OperatorID] {
    var places: [Int: Int] = [:]
    var way: [Int] = []
    var current = start
    while places[current] == nil {
      places[current] = way.count
      way.append(current)
      guard let next = callees[current].first(where: { open[$0] > 0 }) else { break }
      current = next
    }
    return way[(places[current] ?? 0)...].map { functions[$0].id }
  }
}
