/// A graph with what a model file says beside it.
public struct Model: Sendable {
  public var graph: Graph

  /// Functions that nodes of the graph, or of each other, call like operators.
  public var functions: [Function]

  /// The version of each operator set that the model was written for, by domain.
  public var operatorSets: [String: Int]

  /// The program that wrote the model, and its version.
  public var producer: Producer

  /// The name space of the model, in reverse DNS notation.
  public var domain: String

  /// The version of the model itself.
  public var modelVersion: Int64

  public var annotations: Annotations

  public init(graph: Graph = Graph(), operatorSets: [String: Int] = [:]) {
    self.graph = graph
    self.functions = []
    self.operatorSets = operatorSets
    self.producer = Producer()
    self.domain = ""
    self.modelVersion = 0
    self.annotations = Annotations()
  }

  /// The program that wrote a model.
  public struct Producer: Hashable, Sendable {
    public var name: String
    public var version: String

    public init(name: String = "", version: String = "") {
      self.name = name
      self.version = version
    }
  }
}

/// A function of the model: a graph that nodes call by its name.
public struct Function: Sendable {
  public var id: OperatorID

  /// The attributes that a call must give.
  public var attributes: [String]

  /// The attributes that a call may give, with their values when it does not.
  public var defaults: Attributes

  /// The body; the names of its inputs and outputs are the function's.
  public var graph: Graph

  /// The version of each operator set that the body was written for, by domain.
  public var operatorSets: [String: Int]

  public var annotations: Annotations

  public init(
    _ id: OperatorID, graph: Graph, attributes: [String] = [], defaults: Attributes = [:],
    operatorSets: [String: Int] = [:]
  ) {
    self.id = id
    self.graph = graph
    self.attributes = attributes
    self.defaults = defaults
    self.operatorSets = operatorSets
    self.annotations = Annotations()
  }
}
