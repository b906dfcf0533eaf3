import IR
import Tensors

/// Operators that stand for several: functions of the model whose bodies are what they replace.
///
/// A device that has a kernel for one runs it; everyone else, ONNX Runtime included, executes the
/// body. So a fusion changes no bit, and a file with fused operators runs everywhere.
enum FusedOperator {
  /// The domain of the functions.
  static let domain = "ferry"
}

extension Model {
  /// Moves nodes into a function and puts a call of it in the place of the last one.
  ///
  /// Equal bodies share a function. Attributes of the nodes become attributes of the call, or part
  /// of the body where `embeddingAttributes` says so; single numbers and short lists of integers
  /// become part of the body, other values its inputs.
  ///
  /// - Precondition: the nodes lie in one block and in order; all but the last compute values that
  ///   only the nodes use.
  mutating func outline(
    _ nodes: [NodeID], as name: String, embeddingAttributes: Bool = false
  ) {
    guard let last = nodes.last else { return }
    var outlining = Outlining(nodes, of: graph, embeddingAttributes: embeddingAttributes)
    let id = function(named: name, body: outlining.body, attributes: outlining.callAttributes)
    var call = Node(id, attributes: outlining.callAttributes, name: graph[last].name)
    for node in nodes { call.lineage.formUnion(graph[node].lineage) }
    let outputs = graph.outputs(of: last)
    let results = outputs.map { output in
      output.map { Graph.Result(graph.name(of: $0), type: graph.type(of: $0)) }
    }
    for case let output? in outputs { graph.setName("", of: output) }
    let added = graph.add(
      call, inputs: outlining.inputs, results: results, at: .before(last))
    for (old, new) in zip(outputs, graph.outputs(of: added)) {
      if let old, let new { graph.replaceUses(of: old, with: new) }
    }
    for node in nodes.reversed() { graph.remove(node, leavingLineageTo: added) }
    for constant in outlining.embedded where !graph.hasUses(constant) {
      graph.removeConstant(constant)
    }
    outlining.embedded = []
  }

  /// The function with a body, added under a name like `name` where there is none.
  private mutating func function(
    named name: String, body: Graph, attributes: Attributes
  ) -> OperatorID {
    let text = body.text(.complete)
    var count = 0
    for function in functions
    where function.id.domain == FusedOperator.domain && function.id.name.hasPrefix(name) {
      let suffix = function.id.name.dropFirst(name.count)
      guard suffix.isEmpty || suffix.first == "_" else { continue }
      if function.graph.text(.complete) == text { return function.id }
      count += 1
    }
    let domains = Set(body.nodesInExecutionOrder().map { body[$0].operatorID.domain })
    let id = OperatorID(
      count == 0 ? name : "\(name)_\(count + 1)", domain: FusedOperator.domain, version: 1)
    functions.append(
      Function(
        id, graph: body, attributes: attributes.map(\.name),
        operatorSets: operatorSets.filter { domains.contains($0.key) }))
    operatorSets[FusedOperator.domain] = 1
    return id
  }
}

/// The body and the call that stand for some nodes of a graph.
private struct Outlining {
  var body = Graph()
  private(set) var inputs: [ValueID?] = []
  private(set) var callAttributes: Attributes = [:]
  /// The constants that became part of the body.
  var embedded: [ValueID] = []
  private var values: [ValueID: ValueID] = [:]

  /// The most integers of a list that is part of the operation rather than of the weights.
  private static let longestList = 16

  private let embedsAttributes: Bool

  init(_ nodes: [NodeID], of graph: Graph, embeddingAttributes: Bool) {
    embedsAttributes = embeddingAttributes
    for node in nodes { add(node, of: graph) }
    if let last = nodes.last {
      let outputs = graph.outputs(of: last).compactMap { $0.flatMap { values[$0] } }
      body.setOutputs(outputs, named: outputs.indices.map { "y\($0)" })
    }
  }

  /// The value of the body that stands for an operand.
  private mutating func value(of input: ValueID, at index: Int, of node: NodeID, _ graph: Graph)
    -> ValueID
  {
    if graph.isQuantization(node), index > 0, graph.isConstant(input) {
      // Every unit has its own scales and zero points: as inputs they let units share a function.
      return addInput(input)
    }
    if let known = values[input] { return known }
    let value: ValueID
    if let tensor = graph.fixedTensor(of: input), tensor.isParameter(Self.longestList) {
      value = body.addConstant(tensor)
      embedded.append(input)
    } else {
      value = addInput(input)
    }
    values[input] = value
    return value
  }

  private mutating func addInput(_ input: ValueID) -> ValueID {
    inputs.append(input)
    return body.addInput(named: "x\(inputs.count - 1)")
  }

  private mutating func add(_ node: NodeID, of graph: Graph) {
    var copy = Node(graph[node].operatorID)
    let embedsAttributes = embedsAttributes || graph.isQuantization(node)
    if embedsAttributes { copy.attributes = graph[node].attributes }
    for (name, value) in graph[node].attributes where !embedsAttributes {
      var outer = name
      if callAttributes[outer] != nil { outer = "\(copy.operatorID.name)_\(name)" }
      var count = 1
      while callAttributes[outer] != nil {
        count += 1
        outer = "\(copy.operatorID.name)_\(name)_\(count)"
      }
      callAttributes[outer] = value
      copy.attributes[name] = .reference(name: outer, kind: value.kind)
    }
    var operands: [ValueID?] = []
    for (index, input) in graph.inputs(of: node).enumerated() {
      operands.append(input.map { value(of: $0, at: index, of: node, graph) })
    }
    let outputs = graph.outputs(of: node)
    let added = body.add(
      copy, inputs: operands, results: outputs.map { $0 == nil ? nil : "" })
    for (old, new) in zip(outputs, body.outputs(of: added)) {
      guard let old, let new else { continue }
      body.setName("v\(new.index)", of: new)
      values[old] = new
    }
  }
}

extension Tensor {
  /// Whether the tensor says how to compute rather than with what: one number, or a few integers.
  fileprivate func isParameter(_ longestList: Int) -> Bool {
    guard encoding == .dense, elementType != .string else { return false }
    return count == 1 || (knownIntegers != nil && count <= longestList)
  }
}
