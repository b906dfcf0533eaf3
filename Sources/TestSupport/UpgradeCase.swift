public import IR
import Operators
public import Tensors

/// One node of an older operator set, in a graph of its own.
public struct UpgradeCase: Sendable {
  /// What an input is before the upgrade.
  public enum Input: Sendable {
    case constant(Tensor)
    /// A value that the graph is given.
    case value(ValueType?)
  }

  public let node: Node
  public let inputs: [Input?]

  /// Creates a node; `name` is an operator of the registry, such as `Concat`.
  public init(
    _ name: String, version: Int, domain: String = "", _ attributes: Attributes = [:],
    inputs: [Input?]
  ) {
    node = Node(OperatorID(name, domain: domain, version: version), attributes: attributes)
    self.inputs = inputs
  }

  /// Returns the graph in the newest forms of its operators; its only output is the node's first.
  ///
  /// - Throws: the first error of the preparation.
  public func upgraded() throws -> Graph {
    var graph = Graph()
    let values = inputs.enumerated().map { index, input -> ValueID? in
      switch input {
      case .constant(let tensor): graph.addConstant(tensor, named: "input\(index)")
      case .value(let type): graph.addInput(named: "input\(index)", type: type)
      case nil: nil
      }
    }
    let id = graph.add(node, inputs: values, results: ["result"])
    graph.setOutputs(graph.outputs(of: id).compactMap { $0 })
    var model = Model(graph: graph)
    if let error = model.prepare().errors.first { throw error }
    return model.graph
  }
}

extension Graph {
  /// The names of the operators of the body's nodes, in order.
  public var operatorNames: [String] { nodes.map { self[$0].operatorID.name } }

  /// The constants among the inputs of the first node of an operator; nil for other inputs.
  public func constants(ofFirst name: String) -> [Tensor?]? {
    guard let node = nodes.first(where: { self[$0].operatorID.name == name }) else { return nil }
    return inputs(of: node).map { $0.flatMap { isConstant($0) ? constant(of: $0) : nil } }
  }
}
