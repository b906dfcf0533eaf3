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
  public var body: Graph {
    var body = function.body(for: node)
    body.leaveOutEmptyConstants()
    return body
  }

  public static func == (left: FunctionCall, right: FunctionCall) -> Bool {
    left.function.id == right.function.id && left.node.attributes == right.node.attributes
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(function.id)
    hasher.combine(node.attributes)
  }
}

extension Graph {
  /// Leaves out the inputs that upgrades made of attributes, where a call does not give those.
  fileprivate mutating func leaveOutEmptyConstants() {
    for block in blocks {
      for node in nodes(in: block)
      where self[node].operatorID.isStandard("Constant") && self[node].attributes.isEmpty {
        leaveOutUses(of: node)
      }
    }
  }

  private mutating func leaveOutUses(of constant: NodeID) {
    var pending = [constant]
    while let node = pending.popLast() {
      guard let value = output(0, of: node) else { continue }
      for use in uses(of: value) {
        guard case .node(let user, let index) = use else { continue }
        setInput(index, of: user, to: nil)
        if self[user].operatorID.isStandard("CastLike"), index == 0 { pending.append(user) }
      }
      if !hasUses(value) { remove(node) }
    }
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
  /// The most nodes, values and attributes of bodies that are followed.
  public static let limit = 1 << 19

  private var size = 0

  public init() {}

  /// Counts one more body.
  ///
  /// - Throws: `limitExceeded` when that is too much.
  public mutating func add(_ body: Graph) throws(OperatorError) {
    // A body takes some room even when it is empty.
    size += 16 + body.nodeCapacity + body.valueCapacity
    for block in body.blocks {
      for node in body.nodes(in: block) { size += body[node].attributes.count }
    }
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
