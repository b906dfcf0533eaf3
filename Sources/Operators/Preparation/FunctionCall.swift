public import IR

/// A call of a function of the model, as far as its body depends on it: two calls are equal when
/// the function and the attributes that it is given are.
public struct FunctionCall: Hashable, Sendable {
  private let function: Function
  private let node: Node

  /// - Throws: `unsupported` when the call gives a graph: its values are not those of the body.
  init(_ node: Node, of function: Function) throws(OperatorError) {
    if let attribute = node.attributes.first(where: { !$0.value.blocks.isEmpty }) {
      throw OperatorError(
        .unsupported, "attribute \(attribute.name) gives a graph to the function \(function.id)",
        remedy: "write the graph into the function")
    }
    self.function = function
    self.node = node
  }

  /// The body as the call executes it.
  public var body: Graph { function.body(for: node) }

  public static func == (left: FunctionCall, right: FunctionCall) -> Bool {
    left.function.id == right.function.id && left.node.attributes == right.node.attributes
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(function.id)
    hasher.combine(node.attributes)
  }
}

/// The functions of a model, by the operator that calls them.
public struct FunctionLibrary: Sendable {
  private struct Key: Hashable, Sendable {
    var domain: String
    var name: String
    var overload: String

    init(_ id: OperatorID) {
      domain = id.domain
      name = id.name
      overload = id.overload
    }
  }

  private var functions: [Key: Function] = [:]

  /// Creates the library of a model's functions.
  public init(_ functions: [Function]) {
    for function in functions { self.functions[Key(function.id)] = function }
  }

  /// The function that a node calls; functions take precedence over operators of the same name.
  public subscript(id: OperatorID) -> Function? {
    functions.isEmpty ? nil : functions[Key(id)]
  }

  /// Returns the call that a node is, or nil when it is none.
  public func call(of node: Node) throws(OperatorError) -> FunctionCall? {
    guard let function = self[node.operatorID] else { return nil }
    return try FunctionCall(node, of: function)
  }
}

/// What following the calls of functions takes, each body counted once for all equal calls.
///
/// A few functions that each call the next one in two ways stand for more nodes than there is
/// memory for.
public struct CallBudget: Sendable {
  /// The most nodes and values of bodies that are followed.
  public static let limit = 1 << 21

  private var size = 0

  public init() {}

  /// Counts one more body.
  ///
  /// - Throws: `limitExceeded` when that is too much.
  public mutating func add(_ body: Graph) throws(OperatorError) {
    size += 1 + body.nodeCapacity + body.valueCapacity
    guard size <= Self.limit else {
      throw OperatorError(
        .limitExceeded, "the functions that the model calls stand for too many nodes",
        remedy: "check how often functions call each other with different attributes")
    }
  }
}

/// How deep calls of functions and subgraphs lie in each other.
public enum Nesting {
  /// The deepest that is followed.
  public static let limit = 200

  /// Checks one more level.
  ///
  /// - Throws: `limitExceeded` when that is too deep.
  public static func check(_ depth: Int) throws(OperatorError) {
    guard depth <= limit else {
      throw OperatorError(
        .limitExceeded, "functions and subgraphs are nested more than \(limit) deep",
        remedy: "check whether functions call themselves")
    }
  }
}
