extension Model {
  /// Returns everything that is wrong with the structure of the model: of its graph, of the graph
  /// of each function, and of how they call each other.
  public func validate() -> [Finding] {
    var findings = graph.validate() + operatorSetFindings(of: graph, sets: operatorSets)
    for function in functions {
      let defaults = function.defaults.flatMap { $0.value.blocks }
      let inside =
        function.graph.validate(blocksOwnedElsewhere: defaults)
        + operatorSetFindings(of: function.graph, sets: function.operatorSets)
      findings += inside.map { finding in
        var finding = finding
        finding.function = function.id
        return finding
      }
    }
    return findings + functionFindings()
  }

  /// The name by which nodes call a function, at whatever version.
  private struct FunctionName: Hashable {
    var domain: String
    var name: String
    var overload: String

    init(_ id: OperatorID) {
      domain = id.domain
      name = id.name
      overload = id.overload
    }
  }

  private func operatorSetFindings(of graph: Graph, sets: [String: Int]) -> [Finding] {
    let functions = Set(functions.map { FunctionName($0.id) })
    var reported: Set<String> = []
    var findings: [Finding] = []
    var walk = GraphWalk(graph, from: graph.body)
    while let event = walk.next() {
      guard case .node(let node) = event else { continue }
      let id = graph[node].operatorID
      guard id.version == 0, sets[id.domain] == nil, !functions.contains(FunctionName(id)),
        reported.insert(id.domain).inserted
      else { continue }
      let domain = id.domain.isEmpty ? "the default operator set" : "operator set \(id.domain)"
      findings.append(
        Finding(
          .error, .missingOperatorSet,
          "\(graph.label(of: node)) is of \(domain), for which the model names no version",
          at: .node(node)))
    }
    return findings
  }

  private func functionFindings() -> [Finding] {
    var findings: [Finding] = []
    var places: [FunctionName: Int] = [:]
    for (index, function) in functions.enumerated() {
      guard places[FunctionName(function.id)] == nil else {
        findings.append(
          Finding(
            .error, .duplicateFunction, "the model has two functions named \(function.id)",
            in: function.id))
        continue
      }
      places[FunctionName(function.id)] = index
    }
    return findings + recursionFindings(places)
  }

  private func recursionFindings(_ places: [FunctionName: Int]) -> [Finding] {
    var calls = DependencyGraph(count: functions.count)
    for (index, function) in functions.enumerated() {
      var walk = GraphWalk(function.graph, from: function.graph.body)
      while let event = walk.next() {
        guard case .node(let node) = event,
          let callee = places[FunctionName(function.graph[node].operatorID)]
        else { continue }
        calls.add(index, needs: callee)
      }
    }
    return calls.order().cycles.map { cycle in
      let callees = (cycle + cycle.prefix(1)).reversed()
      let path = callees.map { "\(functions[$0].id)" }.joined(separator: " → ")
      return Finding(
        .error, .recursion, "functions call each other in a circle: \(path)",
        in: functions[cycle[0]].id)
    }
  }
}
