import IR
import Tensors

/// Operators that stand for several: functions of the model whose bodies are what they replace.
///
/// A device that has a kernel for one runs it; everyone else, ONNX Runtime included, executes the
/// body. So a fusion changes no bit, and a file with fused operators runs everywhere.
enum FusedOperator {
  /// The domain of the functions.
  static let domain = "ferry"

  private static let activations: Set<String> = [
    "Gelu", "GeluTanh", "Swish", "Mish", "HardSwish", "HardSigmoid",
  ]

  /// Whether an operator is the formula of an activation function.
  static func isActivation(_ id: OperatorID) -> Bool {
    id.domain == domain && activations.contains(id.stem)
  }
}

extension OperatorID {
  /// The name without the number that tells a fused operator from one of the same kind whose body
  /// has other constants.
  var stem: String { String(name.prefix { $0 != "_" }) }
}

/// The functions of fused operators that a model has, by their names and bodies.
struct FusedFunctions {
  private var ids: [String: OperatorID] = [:]
  private var names: Set<String> = []
  /// How many bodies have been given a name, all but the first with a number behind it.
  private var counts: [String: Int] = [:]

  init(of model: Model) {
    for function in model.functions where function.id.domain == FusedOperator.domain {
      note(function.id, named: function.id.stem, function.graph)
    }
  }

  /// The function with a name and a body, if there is one.
  func id(named name: String, _ body: Graph) -> OperatorID? { ids[Self.key(name, body)] }

  /// A name for a function that is about to be added.
  mutating func newID(named name: String, _ body: Graph) -> OperatorID {
    var unique = name
    repeat {
      counts[name, default: 0] += 1
      if let count = counts[name], count > 1 { unique = "\(name)_\(count)" }
    } while names.contains(unique)
    let id = OperatorID(unique, domain: FusedOperator.domain, version: 1)
    note(id, named: name, body)
    return id
  }

  private mutating func note(_ id: OperatorID, named name: String, _ body: Graph) {
    ids[Self.key(name, body)] = id
    names.insert(id.name)
  }

  private static func key(_ name: String, _ body: Graph) -> String {
    "\(name) \(body.text(.complete))"
  }
}

extension Rewriting {
  /// Moves nodes into a function and puts a call of it in the place of the last one.
  ///
  /// Equal bodies share a function. What `isFormula` says belongs to the body with its attributes and
  /// numbers; else attributes become those of the call, and numbers its inputs, as other values do.
  /// Short lists of integers, such as axes, are part of the body.
  ///
  /// - Precondition: the nodes lie in one block and in order; all but the last compute values that
  ///   only the nodes use.
  mutating func outline(_ nodes: [NodeID], as name: String, isFormula: Bool = false) {
    guard let last = nodes.last else { return }
    let outlining = Outlining(nodes, of: graph, isFormula: isFormula)
    let id = function(named: name, outlining)
    var call = Node(id, attributes: outlining.callAttributes, name: graph[last].name)
    for node in nodes { call.lineage.formUnion(graph[node].lineage) }
    let outputs = graph.outputs(of: last)
    let results = outputs.map { output in
      output.map { Graph.Result(graph.name(of: $0), type: graph.type(of: $0)) }
    }
    for case let output? in outputs { graph.setName("", of: output) }
    let added = graph.add(call, inputs: outlining.inputs, results: results, at: .before(last))
    for (old, new) in zip(outputs, graph.outputs(of: added)) {
      if let old, let new { graph.replaceUses(of: old, with: new) }
    }
    for node in nodes.reversed() { graph.remove(node, leavingLineageTo: added) }
    for constant in outlining.embedded where !graph.hasUses(constant) {
      graph.removeConstant(constant)
    }
  }

  /// The function with a body, added under a name like `name` where there is none.
  private mutating func function(named name: String, _ outlining: Outlining) -> OperatorID {
    var functions = fusedFunctions ?? FusedFunctions(of: model)
    // The only reference to the index must be here, or each addition would copy it.
    fusedFunctions = nil
    defer { fusedFunctions = functions }
    if let id = functions.id(named: name, outlining.body) { return id }
    let id = functions.newID(named: name, outlining.body)
    let domains = Set(
      outlining.body.nodes.map { outlining.body[$0].operatorID.domain })
    add(
      Function(
        id, graph: outlining.body, attributes: outlining.callAttributes.map(\.name),
        operatorSets: model.operatorSets.filter { domains.contains($0.key) }))
    return id
  }
}

/// The body and the call that stand for some nodes of a graph.
private struct Outlining {
  private(set) var body = Graph()
  private(set) var inputs: [ValueID?] = []
  private(set) var callAttributes: Attributes = [:]
  /// The constants that became part of the body.
  private(set) var embedded: [ValueID] = []
  private var values: [ValueID: ValueID] = [:]

  /// The most integers of a list that is part of the operation rather than of the weights.
  private static let longestList = 16

  /// Whether attributes and numbers are part of the body.
  private let isFormula: Bool

  init(_ nodes: [NodeID], of graph: Graph, isFormula: Bool) {
    self.isFormula = isFormula
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
    if let tensor = graph.fixedTensor(of: input),
      tensor.isParameter(Self.longestList, isFormula: isFormula)
    {
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
    let embedsAttributes = isFormula || graph.isQuantization(node)
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
  /// Whether the tensor says how to compute rather than with what: a few integers, or a number of a
  /// formula.
  fileprivate func isParameter(_ longestList: Int, isFormula: Bool) -> Bool {
    guard encoding == .dense, elementType != .string else { return false }
    return isFormula && count == 1 || (knownIntegers != nil && count <= longestList)
  }
}
