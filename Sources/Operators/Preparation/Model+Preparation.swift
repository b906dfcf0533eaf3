public import IR

extension Model {
  /// Brings every node to the newest form of its operator and derives the types of all values.
  ///
  /// Nodes of operators that the registry does not have are left as they are. Linear in nodes.
  public mutating func prepare(using registry: OperatorRegistry = .standard) -> PreparationReport {
    let library = FunctionLibrary(functions)
    var report = PreparationReport()
    for index in functions.indices {
      let preparation = GraphPreparation(functions[index].graph, registry, library)
      functions[index].graph = Graph()
      preparation.upgradeOnly()
      functions[index].graph = preparation.graph
      report.errors += preparation.report.errors
    }
    let preparation = GraphPreparation(graph, registry, FunctionLibrary(functions))
    // The preparation holds the only reference from here on: its edits copy nothing.
    graph = Graph()
    preparation.prepareBody()
    graph = preparation.graph
    report.errors += preparation.report.errors
    report.elements = preparation.elements
    report.opaqueOperators = preparation.report.opaqueOperators
    return report
  }
}
