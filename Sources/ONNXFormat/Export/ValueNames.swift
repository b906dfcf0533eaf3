import IR

/// The names that the values of a graph get in a file: unique and not empty, as they were wherever
/// that is possible.
///
/// Inputs and outputs of the body come first: they always keep theirs. One name space serves all
/// blocks, since ONNX forbids an inner name to hide an outer one.
struct ValueNames {
  /// What a block gives out under which name.
  struct Output {
    var value: ValueID
    var name: String
    /// Whether an `Identity` node gives the value this name, because it has another one.
    var needsIdentity: Bool
  }

  /// The name of each value by ``ValueID/index``; empty for those that were removed.
  private(set) var names: [String]
  private(set) var outputs: [BlockID: [Output]] = [:]
  private(set) var renamedCount = 0
  private(set) var identityCount = 0

  private var space = NameSpace()

  /// Chooses the names for a graph, in time linear in its values.
  init(_ graph: Graph) {
    names = Array(repeating: "", count: graph.valueCapacity)
    space.reserveCapacity(graph.valueCapacity)
    for input in graph.inputs { names[input.index] = claim(graph.name(of: input)) }
    for block in graph.blocks { outputs[block] = plan(block, of: graph) }
    var others: [ValueID] = []
    for value in graph.values where names[value.index].isEmpty {
      let name = graph.name(of: value)
      if space.take(name) {
        names[value.index] = name
      } else {
        others.append(value)
      }
    }
    for value in others { names[value.index] = claim(graph.name(of: value)) }
    for value in graph.values where names[value.index] != graph.name(of: value) {
      renamedCount += 1
    }
  }

  private mutating func plan(_ block: BlockID, of graph: Graph) -> [Output] {
    var seen: Set<ValueID> = []
    return zip(graph.outputs(of: block), graph.outputNames(of: block)).map { value, wanted in
      let isLocal = graph.block(of: value) == block
      let isFirst = seen.insert(value).inserted
      if isLocal, isFirst, names[value.index].isEmpty {
        names[value.index] = claim(wanted.isEmpty ? graph.name(of: value) : wanted)
        return Output(value: value, name: names[value.index], needsIdentity: false)
      }
      if isLocal, isFirst, names[value.index] == wanted {
        return Output(value: value, name: wanted, needsIdentity: false)
      }
      identityCount += 1
      return Output(value: value, name: claim(wanted), needsIdentity: true)
    }
  }

  private mutating func claim(_ wanted: String) -> String {
    space.claim(wanted.isEmpty ? "value" : wanted, isFree: !wanted.isEmpty)
  }
}
