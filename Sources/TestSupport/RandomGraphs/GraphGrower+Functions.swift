import IR
import Operators
import Tensors

extension GraphGrower {
  /// Lets a node, and the one before it where only it needs that, be a call of a function.
  mutating func makeFunction() -> Bool {
    let graph = model.graph
    let candidates = graph.blocks.flatMap { Array(graph.nodes(in: $0)) }.filter { node in
      graph.blocks(of: node).isEmpty && graph.outputs(of: node).count == 1
        && OperatorRegistry.standard[graph[node].operatorID] != nil
    }
    guard !candidates.isEmpty else { return false }
    let last = random.pick(candidates)
    var nodes = [last]
    if let input = graph.input(0, of: last), let producer = graph.producer(of: input),
      candidates.contains(producer), graph.block(of: producer) == graph.block(of: last),
      case .node? = graph.singleUse(of: input)
    {
      nodes.insert(producer, at: 0)
    }
    return call(nodes)
  }

  private mutating func call(_ nodes: [NodeID]) -> Bool {
    let graph = model.graph
    guard let last = nodes.last, let output = graph.output(0, of: last) else { return false }
    var body = Graph()
    var values: [ValueID: ValueID] = [:]
    var inputs: [ValueID?] = []
    var attributes: Attributes = [:]
    for node in nodes {
      var copy = Node(graph[node].operatorID, name: graph[node].name)
      for (name, value) in graph[node].attributes {
        let outer = "a\(attributes.count)"
        let isGiven = random.chance(1, of: 2)
        if isGiven { attributes[outer] = value }
        copy.attributes[name] = isGiven ? .reference(name: outer, kind: value.kind) : value
      }
      for case let input? in graph.inputs(of: node) where values[input] == nil {
        if graph.isConstant(input), let tensor = graph.constant(of: input), random.chance(1, of: 2)
        {
          values[input] = body.addConstant(tensor)
        } else {
          values[input] = body.addInput(named: "p\(inputs.count)")
          inputs.append(input)
        }
      }
      let added = body.add(
        copy, inputs: graph.inputs(of: node).map { $0.flatMap { values[$0] } }, results: [""])
      if let old = graph.output(0, of: node) { values[old] = body.output(0, of: added) }
    }
    guard let result = values[output] else { return false }
    body.setOutputs([result], named: ["r"])
    if random.chance(1, of: 4) {
      // A parameter that nothing needs, which calls leave out.
      body.addInput(named: "unused")
    }
    let id = OperatorID("F\(model.functions.count)", domain: "local", version: 1)
    model.functions.append(
      Function(
        id, graph: body, attributes: attributes.map(\.name), operatorSets: model.operatorSets))
    model.operatorSets["local"] = 1
    replace(nodes, with: Node(id, attributes: attributes), inputs)
    return true
  }

  private mutating func replace(_ nodes: [NodeID], with node: Node, _ inputs: [ValueID?]) {
    guard let last = nodes.last, let output = model.graph.output(0, of: last) else { return }
    var node = node
    node.name = model.graph[last].name
    let type = model.graph.type(of: output)
    let call = model.graph.add(
      node, inputs: inputs, results: [.init("", type: type)], at: .before(last))
    if let new = model.graph.output(0, of: call) {
      model.graph.replaceUses(of: output, with: new)
    }
    for node in nodes.reversed() { model.graph.remove(node) }
  }
}
