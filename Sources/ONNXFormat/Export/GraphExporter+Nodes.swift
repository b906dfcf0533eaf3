import CONNX
import FormatSupport
import IR

extension GraphExporter {
  /// Returns the nodes of a block, and an `Identity` behind them for each output that needs one.
  ///
  /// Names of nodes are unique in the file, as ONNX Runtime wants them: what was copied from a
  /// function or a branch may have one that others have.
  func nodes(
    in block: BlockID
  ) throws(FormatError) -> [UnsafeMutablePointer<Onnx__NodeProto>] {
    var messages: [UnsafeMutablePointer<Onnx__NodeProto>] = []
    messages.reserveCapacity(graph.nodeCount(in: block))
    var space = NameSpace()
    for node in graph.nodes(in: block) {
      let name = graph[node].name
      messages.append(try message(node, named: name.isEmpty ? "" : space.claim(name)))
    }
    for output in names.outputs[block] ?? [] where output.needsIdentity {
      let message = try arena.messages.make(Onnx__NodeProto.self)
      message.pointee.op_type = try arena.shared("Identity")
      message.pointee.input = try arena.messages.copy([nameField(of: output.value)])
      message.pointee.n_input = 1
      message.pointee.output = try arena.messages.copy([output.name])
      message.pointee.n_output = 1
      messages.append(message)
    }
    return messages
  }

  private func message(
    _ id: NodeID, named name: String
  ) throws(FormatError) -> UnsafeMutablePointer<Onnx__NodeProto> {
    let node = graph[id]
    let message = try arena.messages.make(Onnx__NodeProto.self)
    message.pointee.op_type = try arena.shared(node.operatorID.name)
    if !node.operatorID.domain.isEmpty {
      message.pointee.domain = try arena.shared(node.operatorID.domain)
    }
    message.pointee.overload = try arena.optional(node.operatorID.overload)
    message.pointee.name = try arena.optional(name)
    let inputs = graph.inputs(of: id)
    message.pointee.input = try fields(inputs)
    message.pointee.n_input = inputs.count
    let outputs = graph.outputs(of: id)
    message.pointee.output = try fields(outputs)
    message.pointee.n_output = outputs.count
    if !node.attributes.isEmpty {
      let attributes = try self.attributes(node.attributes)
      (message.pointee.attribute, message.pointee.n_attribute) = try arena.list(attributes)
    }
    let annotations = graph.annotations(of: id)
    if !annotations.isEmpty {
      message.pointee.doc_string = try arena.optional(annotations.documentation)
      (message.pointee.metadata_props, message.pointee.n_metadata_props) =
        try arena.pairs(annotations.metadata)
    }
    return message
  }

  /// Returns the names of values as a repeated field; one that is left out has an empty name.
  private func fields(
    _ values: [ValueID?]
  ) throws(FormatError) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
    let array = try arena.messages.makeArray(
      of: UnsafeMutablePointer<CChar>?.self, count: values.count)
    for (index, value) in values.enumerated() {
      array[index] = value.map(nameField) ?? emptyName
    }
    return array
  }
}
