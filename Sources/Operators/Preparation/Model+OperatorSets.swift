public import IR

extension Model {
  /// Raises the operator sets to the oldest versions that can express every node.
  ///
  /// A model written for an old operator set keeps it unless nodes have forms, attributes or types that
  /// it does not know: an `Unsqueeze` whose axes became an input, for example, needs version 13, and
  /// a `MaxPool` of integers version 12. Functions are written for the operator sets of the model.
  public mutating func raiseOperatorSets(using registry: OperatorRegistry = .standard) {
    let library = FunctionLibrary(functions)
    var needs = OperatorSetNeeds(operatorSets, registry, library)
    needs.add(graph)
    for function in functions {
      needs.add(function.operatorSets)
      needs.add(function.graph)
    }
    operatorSets.merge(needs.versions.filter { operatorSets[$0.key] != nil }) { $1 }
    for domain in graph.domains { operatorSets[domain] = needs.versions[domain] }
    for index in functions.indices {
      let domains = functions[index].graph.domains.union(functions[index].operatorSets.keys)
      for domain in domains { functions[index].operatorSets[domain] = needs.versions[domain] }
    }
  }
}

/// The operator sets that the nodes of some graphs need.
private struct OperatorSetNeeds {
  private(set) var versions: [String: Int]
  private let registry: OperatorRegistry
  private let library: FunctionLibrary
  /// The uses that were looked at: most nodes are like others.
  private var known: Set<Use> = []

  /// What decides on the version that a node needs.
  private struct Use: Hashable {
    let id: OperatorID
    let attributes: [String]
    let inputs: [ArgumentType?]
    let outputs: [ArgumentType?]
  }

  init(_ versions: [String: Int], _ registry: OperatorRegistry, _ library: FunctionLibrary) {
    self.versions = versions
    self.registry = registry
    self.library = library
  }

  mutating func add(_ operatorSets: [String: Int]) { versions.merge(operatorSets) { max($0, $1) } }

  mutating func add(_ graph: Graph) {
    var isSettled = [Bool](repeating: false, count: graph.operators.count)
    for block in graph.blocks {
      for node in graph.nodes(in: block) where !isSettled[graph.operatorIndex(of: node)] {
        let types = { (values: [ValueID?]) in
          values.map { $0.map { ArgumentType(graph.type(of: $0)) } }
        }
        let use = Use(
          id: graph[node].operatorID, attributes: graph[node].attributes.map(\.name),
          inputs: types(graph.inputs(of: node)), outputs: types(graph.outputs(of: node)))
        if known.insert(use).inserted { add(use, graph[node]) }
        isSettled[graph.operatorIndex(of: node)] = isNewest(use.id)
      }
    }
  }

  /// Whether no node of an operator can need more than the versions that are known by now.
  private func isNewest(_ id: OperatorID) -> Bool {
    guard library[id] == nil, let definition = registry[id] else { return true }
    return definition.schema.version <= versions[id.domain] ?? 1
  }

  private mutating func add(_ use: Use, _ node: Node) {
    let domain = use.id.domain
    guard library[use.id] == nil, let definition = registry[use.id] else {
      let needed = library[use.id] == nil ? max(1, use.id.version) : 1
      return versions[domain] = max(versions[domain] ?? 1, needed)
    }
    var version = max(versions[domain] ?? 1, definition.formVersion)
    while domain.isEmpty, let form = OlderForms.form(of: use.id.name, in: version),
      !form.expresses(node, inputs: use.inputs, outputs: use.outputs),
      let next = definition.schema.versions.first(where: { $0 > version })
    {
      version = next
    }
    versions[domain] = version
  }
}

extension OlderForm {
  /// Whether a node in the newest form can be written in this one.
  fileprivate func expresses(
    _ node: Node, inputs: [ArgumentType?], outputs: [ArgumentType?]
  ) -> Bool {
    guard !node.attributes.contains(where: { lacking.contains($0.name) }) else { return false }
    return (try? check(node, inputs: inputs, outputs: outputs)) != nil
  }
}

extension Graph {
  /// The domains of the operators.
  fileprivate var domains: Set<String> { Set(operatorsInUse.map(\.domain)) }
}
