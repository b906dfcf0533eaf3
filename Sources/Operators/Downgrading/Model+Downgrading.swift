public import IR

extension Model {
  /// The operator sets that a model can be written for; the newest is the one that is known.
  public static func writableOperatorSets(of registry: OperatorRegistry = .standard)
    -> ClosedRange<Int>
  {
    let versions = registry.all.filter { $0.schema.domain.isEmpty }.map(\.schema.version)
    return 7...max(7, versions.max() ?? 7)
  }

  /// Brings every node to the form that it has in a version of the default operator set.
  ///
  /// The model must be prepared. Other domains stay as they are. Linear in nodes.
  public mutating func downgrade(
    to version: Int, using registry: OperatorRegistry = .standard
  ) -> DowngradeReport {
    let library = FunctionLibrary(functions)
    var report = DowngradeReport()
    graph.downgrade(to: version, registry, library, &report)
    for index in functions.indices {
      functions[index].graph.downgrade(to: version, registry, library, &report)
      functions[index].operatorSets[""] = version
    }
    raiseOperatorSets(using: registry)
    operatorSets[""] = version
    for index in functions.indices { functions[index].operatorSets[""] = version }
    return report
  }
}

extension Graph {
  fileprivate mutating func downgrade(
    to version: Int, _ registry: OperatorRegistry, _ library: FunctionLibrary,
    _ report: inout DowngradeReport
  ) {
    guard let first = blocks.compactMap(firstNode).first else { return }
    let walk = GraphDowngrading(self, to: version, registry, library, first: first)
    // The walk holds the only reference from here on: its edits copy nothing.
    self = Graph()
    walk.run()
    self = walk.graph
    report.errors += walk.report.errors
    report.reassociated.formUnion(walk.report.reassociated)
  }
}
