import CONNX
import FormatSupport
import IR
import Tensors

extension GraphExporter {
  /// Returns the message of a function whose body is this exporter's graph.
  ///
  /// Functions have no initializers: constants of the body become `Constant` nodes.
  func message(
    _ function: Function, operatorSets: [String: Int]
  ) throws(FormatError) -> UnsafeMutablePointer<Onnx__FunctionProto> {
    let message = try arena.messages.make(Onnx__FunctionProto.self)
    message.pointee.name = try arena.messages.copy(function.id.name)
    message.pointee.domain = try arena.optional(function.id.domain)
    message.pointee.overload = try arena.optional(function.id.overload)
    message.pointee.doc_string = try arena.optional(function.annotations.documentation)
    (message.pointee.metadata_props, message.pointee.n_metadata_props) =
      try arena.pairs(function.annotations.metadata)
    message.pointee.n_attribute = function.attributes.count
    message.pointee.attribute = try arena.messages.copy(function.attributes)
    let defaults = try attributes(function.defaults)
    (message.pointee.attribute_proto, message.pointee.n_attribute_proto) =
      try arena.list(defaults)
    (message.pointee.opset_import, message.pointee.n_opset_import) =
      try arena.operatorSets(operatorSets)
    try setBody(of: message)
    return message
  }

  private func setBody(
    of message: UnsafeMutablePointer<Onnx__FunctionProto>
  ) throws(FormatError) {
    let inputs = graph.inputs.map { names.names[$0.index] }
    let outputs = names.outputs[graph.body] ?? []
    message.pointee.n_input = inputs.count
    message.pointee.input = try arena.messages.copy(inputs)
    message.pointee.n_output = outputs.count
    message.pointee.output = try arena.messages.copy(outputs.map(\.name))
    let nodes = try constantNodes() + self.nodes(in: graph.body)
    (message.pointee.node, message.pointee.n_node) = try arena.list(nodes)
    var values: [UnsafeMutablePointer<Onnx__ValueInfoProto>] = []
    for input in graph.inputs where graph.type(of: input) != nil {
      values.append(try information(input, named: nameField(of: input)))
    }
    // Functions have no other place for the types of their outputs.
    values += try innerValues(graph.body, [])
    (message.pointee.value_info, message.pointee.n_value_info) = try arena.list(values)
  }

  private func constantNodes() throws(FormatError) -> [UnsafeMutablePointer<Onnx__NodeProto>] {
    var messages: [UnsafeMutablePointer<Onnx__NodeProto>] = []
    for value in constants(in: graph.body) {
      guard let tensor = graph.constant(of: value) else { continue }
      let message = try arena.messages.make(Onnx__NodeProto.self)
      message.pointee.op_type = try arena.shared("Constant")
      message.pointee.output = try arena.messages.copy([names.names[value.index]])
      message.pointee.n_output = 1
      let name = tensor.encoding == .dense ? "value" : "sparse_value"
      let attributes = try self.attributes([name: .tensor(tensor)])
      (message.pointee.attribute, message.pointee.n_attribute) = try arena.list(attributes)
      let annotations = graph.annotations(of: value)
      message.pointee.doc_string = try arena.optional(annotations.documentation)
      (message.pointee.metadata_props, message.pointee.n_metadata_props) =
        try arena.pairs(annotations.metadata)
      messages.append(message)
    }
    return messages
  }

  /// Whether the exporter writes nodes of ai.onnx that the graph does not have.
  func insertsStandardNodes(forConstants includesConstants: Bool) -> Bool {
    names.identityCount > 0 || includesConstants && !constants(in: graph.body).isEmpty
  }
}

extension ExportArena {
  /// Returns operator sets in the order of their domains, so that files are reproducible.
  func operatorSets(
    _ versions: [String: Int]
  ) throws(FormatError) -> (
    UnsafeMutablePointer<UnsafeMutablePointer<Onnx__OperatorSetIdProto>?>?, Int
  ) {
    let array = try messages.makeMessages(
      of: Onnx__OperatorSetIdProto.self, count: versions.count)
    for (index, domain) in versions.keys.sorted().enumerated() {
      // The empty domain is written too: some readers do not expect it to be absent.
      array[index]?.pointee.domain = try shared(domain)
      array[index]?.pointee.has_version = 1
      array[index]?.pointee.version = Int64(versions[domain] ?? 0)
    }
    return (array, versions.count)
  }
}
