import IR
import Tensors

extension Reproducer {
  /// Returns the reproducer without the names of values, nodes and functions; inputs and outputs
  /// have numbers.
  func anonymized() -> Reproducer {
    var result = self
    var inputs: [String: String] = [:]
    for input in reference.graph.inputs {
      inputs[reference.graph.name(of: input)] = "input\(inputs.count)"
    }
    result.sample.values = [:]
    for (name, value) in sample.values {
      if let number = inputs[name] { result.sample.values[number] = value }
    }
    return result.mapModels { model in
      model.graph.removeNames(callingInputs: inputs)
      model.removeFunctionNames()
      model.dropUnusedOperatorSets()
    }
  }
}

extension Graph {
  fileprivate mutating func removeNames(callingInputs inputs: [String: String]) {
    name = "reduced"
    for (index, input) in self.inputs.enumerated() {
      setName(inputs[name(of: input)] ?? "input\(index)", of: input)
    }
    let parameters = Set(self.inputs)
    for (index, value) in values.filter({ !parameters.contains($0) }).enumerated() {
      setName("\(isConstant(value) ? "constant" : "value")\(index)", of: value)
    }
    for block in blocks {
      let outputs = outputs(of: block)
      let names = outputs.indices.map {
        block == body ? "output\($0)" : "result\(block.index)_\($0)"
      }
      setOutputs(outputs, named: names, of: block)
      for node in nodes(in: block) { update(node) { $0.name = "" } }
    }
  }

  /// Renames the operators of nodes.
  fileprivate mutating func renameOperators(_ names: [OperatorID: OperatorID]) {
    for node in blocks.flatMap({ Array(nodes(in: $0)) }) {
      let id = self[node].operatorID
      guard let new = names[id.unversioned] else { continue }
      update(node) { $0.operatorID = new }
    }
  }

  fileprivate var domains: Set<String> {
    Set(blocks.flatMap { Array(nodes(in: $0)) }.map { self[$0].operatorID.domain })
  }
}

extension Model {
  /// Gives functions numbers for names, in a domain of their own.
  fileprivate mutating func removeFunctionNames() {
    guard !functions.isEmpty else { return }
    var names: [OperatorID: OperatorID] = [:]
    for (index, function) in functions.enumerated() {
      names[function.id.unversioned] = OperatorID("Function\(index)", domain: "reduced", version: 1)
    }
    graph.renameOperators(names)
    operatorSets["reduced"] = 1
    for index in functions.indices {
      let function = functions[index]
      functions[index].id = names[function.id.unversioned] ?? function.id
      functions[index].annotations = Annotations()
      functions[index].graph.removeNames(callingInputs: [:])
      functions[index].graph.renameOperators(names)
      functions[index].operatorSets["reduced"] = 1
    }
  }

  fileprivate mutating func dropUnusedOperatorSets() {
    let domains = functions.reduce(graph.domains) { $0.union($1.graph.domains) }
    operatorSets = operatorSets.filter { domains.contains($0.key) }
    for index in functions.indices {
      functions[index].operatorSets = functions[index].operatorSets.filter {
        domains.contains($0.key)
      }
    }
  }
}

extension OperatorID {
  fileprivate var unversioned: OperatorID { OperatorID(name, domain: domain, overload: overload) }
}
