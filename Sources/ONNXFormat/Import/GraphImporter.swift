import CONNX
import FormatSupport
import IR
import Tensors

/// One graph with its subgraphs: `GraphProto`, or the body of a `FunctionProto`, to `Graph`.
///
/// Nodes are added in the order of the file. A name that nothing has defined yet is kept as a
/// pending use until the block around it is complete; if it is defined later the file is unsorted,
/// and the nodes are put in order at the end.
struct GraphImporter {
  let log: ImportLog
  let tensors: TensorImporter
  let types: TypeImporter
  let operators: OperatorSetTable

  /// Whether attributes may refer to those of a function around the graph.
  let isFunction: Bool

  /// Whether initializers that are inputs of the main graph may not be overridden: before version
  /// 4 of the IR every initializer had to be an input.
  let hasFixedInitializers: Bool

  var graph = Graph()
  var scopes: [Scope] = []
  var isUnsorted = false
  var undefinedUses: [PendingUse] = []

  /// The names that one block defines; an inner block sees those around it.
  struct Scope {
    var values: [NameKey: ValueID] = [:]
    var information: [NameKey: UnsafePointer<Onnx__ValueInfoProto>] = [:]
    var pendingUses: [PendingUse] = []
  }

  /// An input of a node whose name is not defined so far.
  struct PendingUse {
    var node: NodeID
    var input: Int
    var name: NameKey
  }

  init(
    log: ImportLog, tensors: TensorImporter, operators: OperatorSetTable, isFunction: Bool = false,
    hasFixedInitializers: Bool = false
  ) {
    self.log = log
    self.tensors = tensors
    self.types = TypeImporter(log: log)
    self.operators = operators
    self.isFunction = isFunction
    self.hasFixedInitializers = hasFixedInitializers
  }

  /// Imports the main graph.
  mutating func importMain(_ message: UnsafePointer<Onnx__GraphProto>) {
    graph.name = String(field: message.pointee.name)
    importBlock(message, as: graph.body)
    finish(message.pointee.nodes)
  }

  /// Imports a graph as a block, whose nodes see the scopes that are open.
  mutating func importBlock(_ message: UnsafePointer<Onnx__GraphProto>, as block: BlockID) {
    let contents = message.pointee
    let outputs = UnsafeBufferPointer<UnsafePointer<Onnx__ValueInfoProto>>(
      messages: contents.output, count: contents.n_output)
    let information = UnsafeBufferPointer<UnsafePointer<Onnx__ValueInfoProto>>(
      messages: contents.value_info, count: contents.n_value_info)
    openScope(capacity: contents.n_node + contents.n_initializer + contents.n_input)
    describe(information)
    describe(outputs)
    importInputs(contents, to: block)
    importNodes(contents.nodes, to: block)
    importOutputs(
      outputs.map { NameKey($0.pointee.name) }, of: block, isNamed: block == graph.body)
    importQuantization(contents)
    noteUnused(information)
    if contents.base.n_unknown_fields > 0 { log.note("unknown fields of graphs are not kept") }
    graph.setAnnotations(
      Annotations(
        documentation: String(field: contents.doc_string),
        metadata: metadata(contents.metadata_props, contents.n_metadata_props)),
      of: block)
    closeScope()
  }

  /// Imports nodes at the end of a block, until there are enough errors.
  mutating func importNodes(
    _ nodes: UnsafeBufferPointer<UnsafePointer<Onnx__NodeProto>>, to block: BlockID
  ) {
    for (index, node) in nodes.enumerated() where !log.isFull {
      _ = log.within(node.pointee.step(index)) { () throws(FormatError) in
        try importNode(node, to: block)
      }
    }
  }

  /// Takes the outputs of a block from the names that are defined now.
  mutating func importOutputs(_ names: [NameKey], of block: BlockID, isNamed: Bool) {
    var values: [ValueID] = []
    var found: [String] = []
    var seen: Set<NameKey> = []
    for (index, name) in names.enumerated() {
      guard let value = value(named: name) else {
        let problem = "output \(name.text.quotedBriefly) is not defined"
        _ = log.within("output[\(index)]") { () throws(FormatError) in
          throw FormatError(.invalid, problem)
            .advising("name an input, an initializer or the output of a node before")
        }
        continue
      }
      if isNamed, !seen.insert(name).inserted {
        log.note("an output occurs twice: \(name.text.quotedBriefly)")
      }
      values.append(value)
      found.append(name.text)
    }
    graph.setOutputs(values, named: found, of: block)
  }
}

// MARK: - Names

extension GraphImporter {
  /// Opens the scope of a block.
  mutating func openScope(capacity: Int) {
    var scope = Scope()
    scope.values.reserveCapacity(capacity)
    scopes.append(scope)
  }

  /// Returns the value that a name stands for, in the innermost block that defines it.
  func value(named name: NameKey) -> ValueID? {
    var level = scopes.count
    while level > 0 {
      level -= 1
      if let value = scopes[level].values[name] { return value }
    }
    return nil
  }

  /// Gives a value its name in the current block.
  mutating func define(_ name: NameKey, as value: ValueID) throws(FormatError) {
    let former = scopes[scopes.count - 1].values.updateValue(value, forKey: name)
    guard let former else { return }
    throw FormatError(
      .invalid, "\(name.text.quotedBriefly) is defined already, as \(kind(of: former))"
    ).advising("names of values are unique; rename one of them")
  }

  private func kind(of value: ValueID) -> String {
    switch graph.definition(of: value) {
    case .input: return "an input"
    case .constant: return "a constant"
    case .node(let id, _):
      let node = graph[id]
      let name = node.name.isEmpty ? "" : "\(node.name.quotedBriefly) "
      return "an output of node \(name)(\(node.operatorID.name.shortened))"
    }
  }

  /// Keeps what the file says about values until they are defined.
  mutating func describe(_ messages: UnsafeBufferPointer<UnsafePointer<Onnx__ValueInfoProto>>) {
    for message in messages {
      scopes[scopes.count - 1].information[NameKey(message.pointee.name)] = message
    }
  }

  /// Notes descriptions of values that do not exist.
  mutating func noteUnused(_ messages: UnsafeBufferPointer<UnsafePointer<Onnx__ValueInfoProto>>) {
    for (index, message) in messages.enumerated()
    where scopes[scopes.count - 1].values[NameKey(message.pointee.name)] == nil {
      _ = log.within("value_info[\(index)]") { log.note("no value has this name") }
    }
  }

  /// Closes the scope of a block: uses that it leaves pending may be defined further out.
  mutating func closeScope() {
    guard let scope = scopes.popLast() else { return }
    var open: [PendingUse] = []
    for use in scope.pendingUses {
      if let value = scope.values[use.name] {
        graph.setInput(use.input, of: use.node, to: value)
        isUnsorted = true
      } else {
        open.append(use)
      }
    }
    if scopes.isEmpty {
      undefinedUses = open
    } else {
      scopes[scopes.count - 1].pendingUses += open
    }
  }
}
