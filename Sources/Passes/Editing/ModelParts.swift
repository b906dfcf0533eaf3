public import IR
import Tensors

/// Makes models of parts of the body of a model, each in time in proportion to its own nodes.
public struct ModelParts: Sendable {
  /// What computes some values when others are given.
  public struct Part: Sendable {
    /// The nodes, in the order of the model.
    public let nodes: [NodeID]
    /// The values that are given: what the nodes read, or what is wanted itself.
    public let inputs: [ValueID]
  }

  /// An input or output of a part with its name; an input without a value is one that nothing uses.
  public struct Port: Sendable {
    public let name: String
    public let value: ValueID?

    public init(_ name: String, _ value: ValueID?) {
      self.name = name
      self.value = value
    }
  }

  private let model: Model
  /// The places of the nodes of the body in its order, by ``NodeID/index``.
  private let places: [Int]

  public init(of model: Model) {
    self.model = model
    var places = [Int](repeating: 0, count: model.graph.nodeCapacity)
    for (place, node) in model.graph.nodes.enumerated() { places[node.index] = place }
    self.places = places
  }

  /// Returns the part that computes `outputs` from values that `isKnown` accepts, from inputs of
  /// the model and from constants.
  public func part(computing outputs: [ValueID], where isKnown: (ValueID) -> Bool) -> Part {
    let graph = model.graph
    var nodes: Set<NodeID> = []
    var inputs: [ValueID] = []
    var seen = Set(outputs)
    var pending = outputs
    while let value = pending.popLast() {
      guard !graph.isConstant(value) else { continue }
      guard let node = graph.producer(of: value), outputs.contains(value) || !isKnown(value) else {
        inputs.append(value)
        continue
      }
      guard nodes.insert(node).inserted else { continue }
      for read in graph.reads(of: node) where seen.insert(read).inserted { pending.append(read) }
    }
    return Part(
      nodes: nodes.sorted { places[$0.index] < places[$1.index] },
      inputs: inputs.sorted { $0.index < $1.index })
  }

  /// Makes a model of some nodes that has inputs and outputs of its own, and nothing that the model
  /// says for people.
  ///
  /// - Precondition: the nodes are in the order of the model and read, beside constants, inputs
  ///   of the part and what they compute themselves.
  public func model(of nodes: [NodeID], from inputs: [Port], to outputs: [Port]) -> Model {
    let source = model.graph
    var graph = Graph()
    var copier = BlockCopier(source, lineage: Lineage())
    for input in inputs {
      let added = graph.addInput(named: input.name, type: input.value.flatMap(source.type))
      if let value = input.value { copier.values[value] = added }
    }
    let results = outputs.compactMap(\.value)
    let constants = nodes.flatMap(source.reads) + results
    for value in constants where source.isConstant(value) && copier.values[value] == nil {
      guard let tensor = source.constant(of: value) else { continue }
      copier.values[value] = graph.addConstant(tensor, named: source.name(of: value))
    }
    copier.copy(nodes, to: &graph)
    graph.setOutputs(results.compactMap { copier.values[$0] }, named: outputs.map(\.name))
    var part = Model(graph: graph, operatorSets: model.operatorSets)
    part.functions = model.functions
    _ = part.removeUnusedFunctions()
    return part
  }
}

extension Graph {
  /// The values that a node reads, those that its subgraphs capture included.
  fileprivate func reads(of node: NodeID) -> [ValueID] {
    inputs(of: node).compactMap { $0 } + captures(of: node)
  }
}
