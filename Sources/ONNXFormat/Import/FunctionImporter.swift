import CONNX
import FormatSupport
import IR
import Tensors

/// Functions of a model: `FunctionProto` to `Function`.
struct FunctionImporter {
  let log: ImportLog
  let tensors: TensorImporter

  /// Returns the functions, in their order, and reports those that are defined twice or call
  /// themselves.
  func functions(
    _ messages: UnsafeBufferPointer<UnsafePointer<Onnx__FunctionProto>>
  ) -> [Function] {
    var functions: [Function] = []
    var known: Set<OperatorID> = []
    for (index, message) in messages.enumerated() {
      let function = log.within(step(index, message.pointee)) {
        () throws(FormatError) -> Function in
        let function = try self.function(message.pointee)
        guard known.insert(function.id).inserted else {
          throw FormatError(
            .invalid, "the function \(function.id.description.shortened) is defined already"
          )
          .advising("give one of them another name or overload")
        }
        return function
      }
      if let function { functions.append(function) }
    }
    if let cycle = FunctionCalls(functions).cycle() {
      let names = cycle.prefix(8).map(\.description.shortened).joined(separator: ", ")
      log.report(
        FormatError(.invalid, "functions call themselves: \(names)", path: ["functions"])
          .advising("recursion is not allowed; unroll it"))
    }
    return functions
  }

  private func step(_ index: Int, _ message: Onnx__FunctionProto) -> String {
    "functions[\(index)] \(String(field: message.name).quotedBriefly)"
  }

  private func function(_ message: Onnx__FunctionProto) throws(FormatError) -> Function {
    let id = OperatorID(
      String(field: message.name), domain: String(field: message.domain),
      overload: String(field: message.overload))
    guard !id.name.isEmpty else {
      throw FormatError(.invalid, "the function has no name").advising("give it one")
    }
    let operators = OperatorSetTable(
      UnsafeBufferPointer(messages: message.opset_import, count: message.n_opset_import), log: log)
    var importer = GraphImporter(
      log: log, tensors: tensors, operators: operators, isFunction: true)
    importer.importFunction(message)
    let required = UnsafeBufferPointer<UnsafePointer<CChar>>(
      strings: message.attribute, count: message.n_attribute
    ).map { String(field: $0) }
    let defaults = importer.importAttributes(
      UnsafeBufferPointer(messages: message.attribute_proto, count: message.n_attribute_proto))
    // Defaults may be graphs, which see no names of the body.
    importer.finish(UnsafeBufferPointer(start: nil, count: 0))
    try check(required, defaults)
    var function = Function(
      id, graph: importer.graph, attributes: required, defaults: defaults,
      operatorSets: operators.versions)
    function.annotations = Annotations(
      documentation: String(field: message.doc_string),
      metadata: metadata(message.metadata_props, message.n_metadata_props))
    return function
  }

  private func check(_ required: [String], _ defaults: Attributes) throws(FormatError) {
    var names: Set<String> = []
    let repeated = (required + defaults.map(\.name)).first { !names.insert($0).inserted }
    guard let repeated else { return }
    throw FormatError(.invalid, "the attribute \(repeated.quotedBriefly) is declared twice")
      .advising("declare it once, with a default or without")
  }
}

extension GraphImporter {
  /// Imports the body of a function.
  fileprivate mutating func importFunction(_ message: Onnx__FunctionProto) {
    let nodes = UnsafeBufferPointer<UnsafePointer<Onnx__NodeProto>>(
      messages: message.node, count: message.n_node)
    let inputs = UnsafeBufferPointer<UnsafePointer<CChar>>(
      strings: message.input, count: message.n_input)
    let outputs = UnsafeBufferPointer<UnsafePointer<CChar>>(
      strings: message.output, count: message.n_output)
    let information = UnsafeBufferPointer<UnsafePointer<Onnx__ValueInfoProto>>(
      messages: message.value_info, count: message.n_value_info)
    openScope(capacity: nodes.count + inputs.count)
    describe(information)
    for (index, input) in inputs.enumerated() {
      _ = log.within("input[\(index)]") { () throws(FormatError) in
        let name = NameKey(input)
        let value = graph.addInput(named: name.text, type: declaredType(of: name))
        annotate(value, named: name)
        try define(name, as: value)
      }
    }
    importNodes(nodes, to: graph.body)
    importOutputs(outputs.map { NameKey($0) }, of: graph.body, isNamed: true)
    noteUnused(information)
    closeScope()
    finish(nodes)
  }
}
