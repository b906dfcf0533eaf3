public import IR

extension Model {
  /// Raises the operator sets to the oldest versions that can express every node.
  ///
  /// A model written for an old operator set keeps it unless an upgrade changed the form of a node:
  /// an `Unsqueeze` whose axes became an input, for example, needs version 13.
  public mutating func raiseOperatorSets(using registry: OperatorRegistry = .standard) {
    let library = FunctionLibrary(functions)
    graph.raise(&operatorSets, registry, library)
    for index in functions.indices {
      functions[index].graph.raise(&functions[index].operatorSets, registry, library)
      // A function is written for the operator sets of the model as well.
      for (domain, version) in functions[index].operatorSets where operatorSets[domain] != nil {
        operatorSets[domain] = max(operatorSets[domain] ?? version, version)
      }
    }
  }
}

extension Graph {
  fileprivate func raise(
    _ operatorSets: inout [String: Int], _ registry: OperatorRegistry, _ library: FunctionLibrary
  ) {
    for block in blocks {
      for node in nodes(in: block) {
        let id = self[node].operatorID
        let needed: Int
        if library[id] != nil {
          needed = 1
        } else if let definition = registry[id] {
          needed = definition.formVersion
        } else {
          needed = max(1, id.version)
        }
        operatorSets[id.domain] = max(operatorSets[id.domain] ?? 1, needed)
      }
    }
  }
}
