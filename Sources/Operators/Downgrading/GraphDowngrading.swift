import IR
import Tensors

/// What writing a model for an older operator set found and did.
public struct DowngradeReport: Sendable {
  /// Nodes that the operator set cannot express; nothing of the model may be used then.
  public internal(set) var errors: [OperatorError] = []

  /// The operators whose nodes were replaced by others that may round differently.
  public internal(set) var reassociated: Set<String> = []
}

/// The walk over one graph that brings nodes to the forms of an older operator set, each once.
final class GraphDowngrading {
  private(set) var report = DowngradeReport()

  private let version: Int
  private let registry: OperatorRegistry
  private let library: FunctionLibrary
  private let builder: GradientBuilder

  var graph: Graph { builder.graph }

  /// Creates the walk of a graph that has nodes.
  init(
    _ graph: Graph, to version: Int, _ registry: OperatorRegistry, _ library: FunctionLibrary,
    first: NodeID
  ) {
    self.version = version
    self.registry = registry
    self.library = library
    builder = GradientBuilder(graph, registry, place: first, isWritten: true)
  }

  func run() {
    for block in graph.blocks {
      var previous: NodeID?
      // Rules insert nodes before the one that they rewrite: these come next.
      while let node = previous.map({ graph.node(after: $0) }) ?? graph.firstNode(in: block) {
        if downgrade(node) { continue }
        previous = node
      }
    }
  }

  /// Brings a node to its older form; true when the nodes in its place must be looked at.
  private func downgrade(_ id: NodeID) -> Bool {
    let node = graph[id]
    guard node.operatorID.domain.isEmpty, library[node.operatorID] == nil else { return false }
    guard let definition = registry[node.operatorID] else {
      if node.operatorID.version > version { reportUnknown(node) }
      return false
    }
    let versions = definition.schema.versions
    guard let newest = versions.last, newest > version else { return false }
    // The version is set once the node has been looked at: what was inserted has none.
    let form = versions.last { $0 <= version }
    guard node.operatorID.version != form else { return false }
    builder.move(before: id)
    do throws(OperatorError) {
      try rewrite(id, to: form)
    } catch {
      report.errors.append(error.at(node.place))
      builder.edit { $0.update(id) { $0.operatorID.version = form ?? 0 } }
      return false
    }
    return true
  }

  private func rewrite(_ id: NodeID, to form: Int?) throws(OperatorError) {
    let name = graph[id].operatorID.name
    for rule in DowngradeRules.standard.rules(for: graph[id].operatorID, before: version) {
      do throws(OperatorError) {
        try rule.rewrite(DowngradedNode(new: builder))
      } catch {
        throw error.expressible(in: rule.version)
      }
      if !rule.isExact { report.reassociated.insert(name) }
      // Another operator has rules of its own.
      guard graph.contains(id), graph[id].operatorID.name == name else { return }
    }
    let versions = registry[graph[id].operatorID]?.schema.versions ?? []
    guard let form else {
      throw OperatorError(.unsupported, "there is no such operator")
        .expressible(in: versions.first ?? 1)
    }
    do throws(OperatorError) {
      try check(id, in: version)
    } catch {
      let newer = versions.first { candidate in
        candidate > version && (try? check(id, in: candidate)) != nil
      }
      throw error.expressible(in: newer ?? versions.last ?? version)
    }
    builder.edit { $0.update(id) { $0.operatorID.version = form } }
  }

  /// Checks that the form in an operator set has the attributes and takes the types of a node.
  ///
  /// Attributes that it does not have are dropped where they have no effect.
  private func check(_ id: NodeID, in version: Int) throws(OperatorError) {
    let node = graph[id]
    guard let form = OlderForms.form(of: node.operatorID.name, in: version) else { return }
    let declarations = registry[node.operatorID]?.schema.attributes ?? []
    for (name, value) in node.attributes where form.lacking.contains(name) {
      guard declarations.first(where: { $0.name == name })?.defaultValue == value else {
        throw OperatorError(.unsupported, "there is no attribute \(name), and it is \(value)")
      }
      builder.edit { $0.update(id) { $0.attributes[name] = nil } }
    }
    dropUnusedOutputs(of: id, allowedBy: form.schema)
    let types = { (values: [ValueID?]) in
      values.map { $0.map { ArgumentType(self.graph.type(of: $0)) } }
    }
    try form.check(
      node, inputs: types(graph.inputs(of: id)), outputs: types(graph.outputs(of: id)))
  }

  /// Drops outputs that a form does not have and that nothing uses.
  private func dropUnusedOutputs(of id: NodeID, allowedBy schema: OperatorSchema) {
    if case .variadic? = schema.outputs.last?.presence { return }
    let (outputs, count) = (graph.outputs(of: id), schema.outputs.count)
    let used = (outputs.lastIndex { $0.map(graph.hasUses) ?? false } ?? 0) + 1
    guard count < outputs.count, used < outputs.count else { return }
    builder.edit { $0.setOutputCount(max(count, used), of: id) }
  }

  private func reportUnknown(_ node: Node) {
    let error = OperatorError(
      .unknownOperator,
      "no definition is known of the operator, which is of operator set \(node.operatorID.version)")
    report.errors.append(error.at(node.place))
  }
}

extension OperatorError {
  /// Returns the error with the operator set that can express the node as its remedy.
  fileprivate func expressible(in version: Int) -> OperatorError {
    var error = self
    error.remedy = error.remedy ?? "operator set \(version) has a form for it"
    return error
  }
}
