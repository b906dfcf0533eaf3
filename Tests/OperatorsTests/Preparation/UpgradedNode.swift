import IR
import Operators
import Tensors
import TestSupport
import Testing

/// A node in an older form of its operator, brought to the newest one by preparing its model.
struct UpgradedNode {
  let graph: Graph
  let report: PreparationReport

  /// Makes a model of one node; every input is a constant.
  init(
    _ name: String, version: Int, _ attributes: Attributes = [:], inputs: [Tensor?],
    outputs count: Int = 1
  ) {
    var graph = Graph()
    let values = inputs.map { tensor in tensor.map { graph.addConstant($0) } }
    let node = graph.add(
      Node(OperatorID(name, version: version), attributes: attributes), inputs: values,
      results: (0..<count).map { Graph.Result("y\($0)") })
    graph.setOutputs(graph.outputs(of: node).compactMap { $0 })
    var model = Model(graph: graph, operatorSets: ["": version])
    report = model.prepare()
    self.graph = model.graph
  }

  /// The last node of the model.
  var id: NodeID {
    get throws { try #require(Array(graph.nodes).last) }
  }

  /// What the last node computes when every input is a constant.
  func evaluate(as description: String = "", outputs expected: [Tensor] = []) throws -> [Tensor] {
    let id = try id
    let inputs = graph.inputs(of: id).map { $0.flatMap { graph.constant(of: $0) } }
    return try OperatorCase(
      description, graph[id].operatorID.name, graph[id].attributes, inputs: inputs,
      expected: expected
    ).evaluate()
  }
}

/// Makes a tensor of float32.
func floats(_ shape: [Int], _ scalars: [Float]) -> Tensor { Tensor(shape: shape, scalars: scalars) }

/// Makes a tensor of int64.
func integers(_ shape: [Int], _ scalars: [Int64]) -> Tensor {
  Tensor(shape: shape, scalars: scalars)
}

/// Makes a list of int64.
func list(_ scalars: Int64...) -> Tensor { Tensor(shape: [scalars.count], scalars: scalars) }

/// Makes a tensor of float32 that holds 0, 1, 2, ….
func counting(_ shape: [Int]) -> Tensor {
  Tensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map { Float($0) })
}

/// Makes a tensor of float32 that holds zeros.
func zeros(_ shape: [Int]) -> Tensor {
  Tensor(shape: shape, scalars: [Float](repeating: 0, count: shape.reduce(1, *)))
}

/// A list of int64 of which some elements are known before execution.
func known(_ elements: Dimension...) -> InferredValue {
  InferredValue(
    .tensor(.int64, Shape([elements.count])),
    elements: SymbolicTensor(shape: [elements.count], elements: elements))
}

/// Infers the first output of a node from what is known of its inputs.
func inferred(
  _ name: String, _ attributes: Attributes = [:], _ inputs: [InferredValue?]
) throws -> InferredValue {
  let definition = try #require(OperatorRegistry.standard[OperatorID(name)])
  let node = Node(OperatorID(name), attributes: attributes)
  return try definition.inferTypes(InferenceContext(node: node, inputs: inputs))[0]
}
