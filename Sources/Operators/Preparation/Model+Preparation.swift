public import IR

extension Model {
  /// Brings every node to the newest form of its operator and derives the types of all values.
  ///
  /// Nodes of operators that the registry does not have are left as they are. Linear in nodes.
  public mutating func prepare(using registry: OperatorRegistry = .standard) -> PreparationReport {
    let library = FunctionLibrary(functions)
    var report = PreparationReport()
    for index in functions.indices {
      let preparation = GraphPreparation(functions[index].graph, registry, library)
      functions[index].graph = Graph()
      preparation.upgradeOnly()
      functions[index].graph = preparation.graph
      report.errors += preparation.report.errors
    }
    let preparation = GraphPreparation(graph, registry, FunctionLibrary(functions))
    // The preparation holds the only reference from here on: its edits copy nothing.
    graph = Graph()
    preparation.prepareBody()
    graph = preparation.graph
    report.errors += preparation.report.errors
    report.opaqueOperators = preparation.report.opaqueOperators
    return report
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
}

/// The number of calls of functions that a model makes, those within functions included.
///
/// A few functions that each call the next one twice make more calls than can ever be followed.
public final class CallCount {
  /// The most calls that are followed.
  public static let limit = 1 << 17

  private var calls = 0

  public init() {}

  /// Counts one more.
  ///
  /// - Throws: `limitExceeded` when that is too many.
  public func add() throws(OperatorError) {
    calls += 1
    guard calls <= Self.limit else {
      throw OperatorError(
        .limitExceeded, "functions are called more than \(Self.limit) times",
        remedy: "check whether the functions of the model call each other without end")
    }
  }
}
