public import IR
import Tensors

extension Model {
  /// Brings every node to the newest form of its operator and derives the types of all values.
  ///
  /// Nodes of operators that the registry does not have are left as they are. Linear in nodes.
  public mutating func prepare(using registry: OperatorRegistry = .standard) -> PreparationReport {
    let library = FunctionLibrary(functions)
    var report = PreparationReport()
    for index in functions.indices {
      var preparation = GraphPreparation(functions[index].graph, registry, library)
      functions[index].graph = Graph()
      preparation.upgradeOnly()
      functions[index].graph = preparation.graph
      report.errors += preparation.report.errors
    }
    var preparation = GraphPreparation(graph, registry, FunctionLibrary(functions))
    // The preparation holds the only reference from here on: its edits copy nothing.
    graph = Graph()
    preparation.prepareBody()
    graph = preparation.graph
    report.errors += preparation.report.errors
    report.elements = preparation.elements
    report.madeUpSizes = preparation.symbols.madeUp
    report.opaqueOperators = preparation.report.opaqueOperators
    return report
  }
}

extension Model {
  /// Leaves sizes that a preparation made up names for out of the types of inputs and outputs: there
  /// they would look like names that the model gives.
  public mutating func forget(madeUpSizes names: Set<String>) {
    guard !names.isEmpty else { return }
    for value in graph.inputs + graph.outputs {
      guard !graph.isConstant(value), let type = graph.type(of: value), let shape = type.shape,
        case .tensor(let element, _) = type
      else { continue }
      let dimensions = shape.dimensions.map { dimension in
        guard case .symbolic(let expression) = dimension else { return dimension }
        return expression.symbols.isDisjoint(with: names) ? dimension : .unknown
      }
      graph.setType(.tensor(element, Shape(dimensions)), of: value)
    }
  }
}

extension Model {
  /// Leaves sizes that depend on data out of the types of what nodes of the graph compute, so that a
  /// preparation may find out more about them than an earlier one could; true where there were any.
  public mutating func forgetSizesOfData() -> Bool {
    var hasForgotten = false
    for value in graph.values where graph.producer(of: value) != nil {
      guard case .tensor(let element, let shape?)? = graph.type(of: value),
        shape.dimensions.contains(where: SymbolScope.isMadeUp)
      else { continue }
      let dimensions = shape.dimensions.map { SymbolScope.isMadeUp($0) ? .unknown : $0 }
      graph.setType(.tensor(element, Shape(dimensions)), of: value)
      hasForgotten = true
    }
    return hasForgotten
  }
}
