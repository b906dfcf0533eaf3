/// Something that the validator has to say about a graph or a model.
public struct Finding: Hashable, Sendable {
  /// How much a finding matters.
  public enum Severity: Int, Hashable, Sendable, Comparable {
    /// Worth knowing, nothing is wrong.
    case note
    /// The graph can be executed, but not every format can hold it.
    case warning
    /// The graph has no meaning.
    case error

    public static func < (left: Severity, right: Severity) -> Bool {
      left.rawValue < right.rawValue
    }
  }

  /// What kind of defect was found.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// Nodes need each other's results.
    case cycle
    /// A node comes before one whose result it needs.
    case order
    /// A value is used where it cannot be seen: outside of the block that defines it.
    case scope
    /// A value is used that the graph no longer has.
    case missingValue = "missing-value"
    /// A block has two inputs or two outputs of one name.
    case duplicateName = "duplicate-name"
    /// Two values that are visible in one place have the same name.
    case ambiguousName = "ambiguous-name"
    /// No node has the block as its subgraph.
    case unownedBlock = "unowned-block"
    /// Several attributes name the same block.
    case sharedBlock = "shared-block"
    /// A tensor does not have the type that is declared for it.
    case type
    /// A node names no operator.
    case missingOperator = "missing-operator"
    /// Nothing says which version of an operator set is meant.
    case missingOperatorSet = "missing-operator-set"
    /// Nothing uses an input.
    case unusedInput = "unused-input"
    /// Functions call each other in a circle.
    case recursion
    /// Two functions have the same name.
    case duplicateFunction = "duplicate-function"
  }

  /// The part of the graph that a finding is about.
  public enum Place: Hashable, Sendable {
    case node(NodeID)
    case value(ValueID)
    case block(BlockID)
  }

  public var severity: Severity
  public var code: Code

  /// What was found, in lower case and with the names concerned.
  public var message: String

  /// The part concerned: of the function's graph where ``function`` is set, else of the model's.
  public var place: Place?

  /// The function in whose graph it was found.
  public var function: OperatorID?

  public init(
    _ severity: Severity, _ code: Code, _ message: String, at place: Place? = nil,
    in function: OperatorID? = nil
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.place = place
    self.function = function
  }
}

extension Finding: CustomStringConvertible {
  /// The finding on one line: severity, function, message and code.
  public var description: String {
    let place = function.map { "in function \($0): " } ?? ""
    return "\(severity): \(place)\(message) [\(code.rawValue)]"
  }
}

// MARK: - Names in messages

extension Graph {
  /// The node as messages name it, such as `node "conv1" (Conv)` or `node 7 (Conv)`.
  func label(of id: NodeID) -> String {
    let node = self[id]
    let name = node.name.isEmpty ? "\(id.index)" : "\"\(node.name)\""
    return "node \(name) (\(node.operatorID.name))"
  }

  /// The value as messages name it, such as `"x"`, or `value 7` when it has no name.
  func label(of id: ValueID) -> String {
    let name = name(of: id)
    return name.isEmpty ? "value \(id.index)" : "\"\(name)\""
  }

  /// The block as messages name it, with the node that it belongs to.
  func label(of id: BlockID) -> String {
    guard id != body else { return "the graph" }
    let name = name(of: id)
    return name.isEmpty ? "block \(id.index)" : "block \"\(name)\""
  }
}
