public import IR

/// A model that rules are changing, with what is kept from one change to the next.
public struct Rewriting {
  public private(set) var model: Model

  /// The functions of fused operators; nil before the first is looked for.
  var fusedFunctions: FusedFunctions?

  init(_ model: Model) { self.model = model }

  public var graph: Graph {
    _read { yield model.graph }
    _modify { yield &model.graph }
  }

  /// Adds a function, and the operator set that it is called from.
  mutating func add(_ function: Function) {
    model.functions.append(function)
    model.operatorSets[function.id.domain] = function.id.version
  }
}
