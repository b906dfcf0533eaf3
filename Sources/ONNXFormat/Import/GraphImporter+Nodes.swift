import CONNX
import FormatSupport
import IR
import Tensors

extension GraphImporter {
  /// Imports one node with its subgraphs; what is wrong inside it is reported one by one.
  mutating func importNode(
    _ pointer: UnsafePointer<Onnx__NodeProto>, to block: BlockID
  ) throws(FormatError) {
    let message = pointer.pointee
    let lineage = Lineage(graph.sources.count)
    let name = String(field: message.name)
    var operatorID = OperatorID(String(field: message.op_type))
    // A node whose operator is wrong still defines its outputs.
    if let known = log.within(
      "op_type",
      { () throws(FormatError) in
        try operators.operatorID(of: message)
      })
    {
      operatorID = known
    }
    graph.sources.append(SourceNode(name: name, operatorID: operatorID))
    if let output = constantOutput(of: message) {
      return try importConstant(message, output, lineage, to: block)
    }
    let node = Node(
      operatorID, attributes: importAttributes(message.attributes), name: name, lineage: lineage)
    try add(node, message, to: block)
  }

  private mutating func add(
    _ node: Node, _ message: Onnx__NodeProto, to block: BlockID
  ) throws(FormatError) {
    let inputs = UnsafeBufferPointer<UnsafePointer<CChar>>(
      strings: message.input, count: message.n_input)
    let outputs = UnsafeBufferPointer<UnsafePointer<CChar>>(
      strings: message.output, count: message.n_output)
    var pending: [(input: Int, name: NameKey)] = []
    var values: [ValueID?] = []
    values.reserveCapacity(inputs.count)
    for (index, input) in inputs.enumerated() {
      let name = NameKey(input)
      let value = name.isEmpty ? nil : value(named: name)
      if value == nil, !name.isEmpty { pending.append((index, name)) }
      values.append(value)
    }
    let results = outputs.map { result(named: NameKey($0)) }
    let id = graph.add(node, inputs: values, results: results, at: .end(of: block))
    for (input, name) in pending {
      scopes[scopes.count - 1].pendingUses.append(PendingUse(node: id, input: input, name: name))
    }
    annotate(id, message)
    for (index, output) in outputs.enumerated() {
      guard let value = graph.output(index, of: id) else { continue }
      annotate(value, named: NameKey(output))
      try define(NameKey(output), as: value)
    }
  }

  /// Returns the result that a name announces, with the type that the file gives it.
  private func result(named name: NameKey) -> Graph.Result? {
    guard !name.isEmpty else { return nil }
    return Graph.Result(name.text, type: declaredType(of: name))
  }

  /// Returns the type that the current graph declares for a name.
  func declaredType(of name: NameKey) -> ValueType? {
    guard let information = scopes.last?.information[name], let type = information.pointee.type
    else { return nil }
    return log.within("type of \(name.text.quotedBriefly)") { () throws(FormatError) in
      try types.type(type)
    } ?? nil
  }

  private mutating func annotate(_ id: NodeID, _ message: Onnx__NodeProto) {
    if message.n_device_configurations > 0 { log.note("device configurations are not kept") }
    if message.base.n_unknown_fields > 0 { log.note("unknown fields of nodes are not kept") }
    guard message.doc_string != nil || message.n_metadata_props > 0 else { return }
    graph.setAnnotations(annotations(of: message), of: id)
  }

  private func annotations(of message: Onnx__NodeProto) -> Annotations {
    Annotations(
      documentation: String(field: message.doc_string),
      metadata: metadata(message.metadata_props, message.n_metadata_props))
  }

  /// Keeps what the file says about the value with a name.
  mutating func annotate(_ value: ValueID, named name: NameKey) {
    guard let message = scopes.last?.information[name]?.pointee,
      message.doc_string != nil || message.n_metadata_props > 0
    else { return }
    var annotations = graph.annotations(of: value)
    annotations.documentation = String(field: message.doc_string)
    annotations.metadata = metadata(message.metadata_props, message.n_metadata_props)
    graph.setAnnotations(annotations, of: value)
  }
}

// MARK: - Constants

extension GraphImporter {
  /// The attributes of which a `Constant` of ai.onnx has exactly one, with their kinds.
  private static let constantAttributes: [String: Attribute.Kind] = [
    "value": .tensor, "sparse_value": .sparseTensor, "value_float": .float,
    "value_floats": .floats, "value_int": .int, "value_ints": .ints, "value_string": .string,
    "value_strings": .strings,
  ]

  /// Returns the name of the output when a node is a `Constant` that holds its value itself.
  ///
  /// One that refers to an attribute of a function, or that is not as it should be, stays a node.
  private func constantOutput(of message: Onnx__NodeProto) -> NameKey? {
    guard message.n_output == 1, message.n_input == 0, message.n_attribute == 1,
      NameKey(message.domain).isStandardDomain, let operation = message.op_type,
      String(cString: operation) == "Constant", let attribute = message.attributes.first?.pointee,
      NameKey(attribute.ref_attr_name).isEmpty,
      let kind = Self.constantAttributes[String(field: attribute.name)],
      attribute.type.rawValue == 0 || attribute.type.rawValue == kind.rawValue
    else { return nil }
    let output = NameKey(message.output[0])
    return output.isEmpty ? nil : output
  }

  private mutating func importConstant(
    _ message: Onnx__NodeProto, _ output: NameKey, _ lineage: Lineage, to block: BlockID
  ) throws(FormatError) {
    let attributes = importAttributes(message.attributes)
    // The attribute itself was reported if it is missing here.
    let tensor = attributes.first.flatMap { $0.value.constantTensor } ?? Tensor(scalar: Float(0))
    let value = graph.addConstant(tensor, named: output.text, in: block)
    graph.addRemovedSources(lineage)
    graph.setAnnotations(annotations(of: message), of: value)
    annotate(value, named: output)
    try define(output, as: value)
  }
}

extension NameKey {
  /// Whether this names the default operator set.
  fileprivate var isStandardDomain: Bool { isEmpty || text == "ai.onnx" }
}
