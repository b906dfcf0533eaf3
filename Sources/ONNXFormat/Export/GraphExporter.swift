import CONNX
import FormatSupport
import IR
import Tensors

/// One graph with its subgraphs: `Graph` to `GraphProto`, or to the body of a `FunctionProto`.
struct GraphExporter {
  let graph: Graph
  let arena: ExportArena
  let tensors: TensorExporter
  let types: TypeExporter
  let includesInnerTypes: Bool
  let names: ValueNames

  /// The constants of each block, by ``BlockID/index``.
  private let constants: [[ValueID]]

  /// The names as string fields, by ``ValueID/index``: each is used several times.
  private let nameFields: [UnsafeMutablePointer<CChar>]
  let emptyName: UnsafeMutablePointer<CChar>

  init(
    _ graph: Graph, arena: ExportArena, tensors: TensorExporter, includesInnerTypes: Bool
  ) throws(FormatError) {
    self.graph = graph
    self.arena = arena
    self.tensors = tensors
    self.types = TypeExporter(arena: arena)
    self.includesInnerTypes = includesInnerTypes
    names = ValueNames(graph)
    emptyName = try arena.shared("")
    var fields: [UnsafeMutablePointer<CChar>] = []
    fields.reserveCapacity(names.names.count)
    for name in names.names {
      fields.append(name.isEmpty ? emptyName : try arena.messages.copy(name))
    }
    nameFields = fields
    var constants: [[ValueID]] = Array(repeating: [], count: graph.blockCapacity)
    for value in graph.values {
      if case .constant(let block) = graph.definition(of: value) {
        constants[block.index].append(value)
      }
    }
    self.constants = constants
  }

  /// Returns a value's name as a string field.
  func nameField(of value: ValueID) -> UnsafeMutablePointer<CChar> { nameFields[value.index] }

  /// Returns the constants that a block defines.
  func constants(in block: BlockID) -> [ValueID] { constants[block.index] }

  /// Returns the message of a block.
  func message(
    _ block: BlockID
  ) throws(FormatError) -> UnsafeMutablePointer<Onnx__GraphProto> {
    let message = try arena.messages.make(Onnx__GraphProto.self)
    let name = graph.name(of: block)
    message.pointee.name = try arena.messages.copy(name.isEmpty ? "graph" : name)
    try setInputs(block, of: message)
    let nodes = try self.nodes(in: block)
    (message.pointee.node, message.pointee.n_node) = try arena.list(nodes)
    try setOutputs(block, of: message)
    try setInnerValues(block, of: message)
    let annotations = graph.annotations(of: block)
    message.pointee.doc_string = try arena.optional(annotations.documentation)
    (message.pointee.metadata_props, message.pointee.n_metadata_props) =
      try arena.pairs(annotations.metadata)
    return message
  }

  private func setInputs(
    _ block: BlockID, of message: UnsafeMutablePointer<Onnx__GraphProto>
  ) throws(FormatError) {
    var inputs: [UnsafeMutablePointer<Onnx__ValueInfoProto>] = []
    var dense: [UnsafeMutablePointer<Onnx__TensorProto>] = []
    var sparse: [UnsafeMutablePointer<Onnx__SparseTensorProto>] = []
    for input in graph.inputs(of: block) {
      inputs.append(try information(input, named: nameField(of: input)))
    }
    let initialized = graph.inputs(of: block).filter { graph.constant(of: $0) != nil }
    for value in initialized + constants(in: block) {
      guard let tensor = graph.constant(of: value) else { continue }
      let name = names.names[value.index]
      guard tensor.encoding == .dense else {
        let initializer = try tensors.sparseMessage(tensor, named: name)
        if let values = initializer.pointee.values { try annotate(values, value) }
        sparse.append(initializer)
        continue
      }
      let initializer = try tensors.message(tensor, named: name)
      if graph.isConstant(value) { try annotate(initializer, value) }
      dense.append(initializer)
    }
    (message.pointee.input, message.pointee.n_input) = try arena.list(inputs)
    (message.pointee.initializer, message.pointee.n_initializer) = try arena.list(dense)
    (message.pointee.sparse_initializer, message.pointee.n_sparse_initializer) =
      try arena.list(sparse)
  }

  private func annotate(
    _ message: UnsafeMutablePointer<Onnx__TensorProto>, _ value: ValueID
  ) throws(FormatError) {
    let annotations = graph.annotations(of: value)
    guard !annotations.isEmpty else { return }
    message.pointee.doc_string = try arena.optional(annotations.documentation)
    (message.pointee.metadata_props, message.pointee.n_metadata_props) =
      try arena.pairs(annotations.metadata)
  }

  private func setOutputs(
    _ block: BlockID, of message: UnsafeMutablePointer<Onnx__GraphProto>
  ) throws(FormatError) {
    var outputs: [UnsafeMutablePointer<Onnx__ValueInfoProto>] = []
    for output in names.outputs[block] ?? [] {
      outputs.append(try information(output.value, named: arena.messages.copy(output.name)))
    }
    (message.pointee.output, message.pointee.n_output) = try arena.list(outputs)
  }

  // MARK: - Values

  /// Adds the types of values that are neither inputs nor outputs, and what is said of
  /// quantization.
  private func setInnerValues(
    _ block: BlockID, of message: UnsafeMutablePointer<Onnx__GraphProto>
  ) throws(FormatError) {
    let direct = (names.outputs[block] ?? []).filter { !$0.needsIdentity }
    let outputs = Set(direct.map(\.value))
    let values = try innerValues(block, outputs)
    (message.pointee.value_info, message.pointee.n_value_info) = try arena.list(values)
    let quantized = try quantization(block)
    (message.pointee.quantization_annotation, message.pointee.n_quantization_annotation) =
      try arena.list(quantized)
  }

  /// Returns descriptions of the results of a block's nodes that are not among `outputs`.
  func innerValues(
    _ block: BlockID, _ outputs: Set<ValueID>
  ) throws(FormatError) -> [UnsafeMutablePointer<Onnx__ValueInfoProto>] {
    var values: [UnsafeMutablePointer<Onnx__ValueInfoProto>] = []
    for node in graph.nodes(in: block) {
      for case let value? in graph.outputs(of: node) where !outputs.contains(value) {
        let isTyped = includesInnerTypes && graph.type(of: value) != nil
        let annotations = graph.annotations(of: value)
        guard isTyped || !annotations.documentation.isEmpty || !annotations.metadata.isEmpty else {
          continue
        }
        values.append(try information(value, named: nameField(of: value)))
      }
    }
    return values
  }

  private func quantization(
    _ block: BlockID
  ) throws(FormatError) -> [UnsafeMutablePointer<Onnx__TensorAnnotation>] {
    let results = graph.nodes(in: block).lazy.flatMap { graph.outputs(of: $0).compactMap { $0 } }
    var messages: [UnsafeMutablePointer<Onnx__TensorAnnotation>] = []
    for value in graph.inputs(of: block) + constants(in: block) + results {
      let entries = graph.annotations(of: value).quantization
      guard !entries.isEmpty else { continue }
      let message = try arena.messages.make(Onnx__TensorAnnotation.self)
      message.pointee.tensor_name = nameField(of: value)
      (
        message.pointee.quant_parameter_tensor_names,
        message.pointee.n_quant_parameter_tensor_names
      ) = try arena.pairs(entries)
      messages.append(message)
    }
    return messages
  }

  /// Returns the description of a value.
  func information(
    _ value: ValueID, named name: UnsafeMutablePointer<CChar>
  ) throws(FormatError) -> UnsafeMutablePointer<Onnx__ValueInfoProto> {
    let message = try arena.messages.make(Onnx__ValueInfoProto.self)
    message.pointee.name = name
    message.pointee.type = try graph.type(of: value).map(types.message)
    let annotations = graph.annotations(of: value)
    // What is said of a constant stands beside its tensor.
    guard !annotations.isEmpty, !graph.isConstant(value) else { return message }
    message.pointee.doc_string = try arena.optional(annotations.documentation)
    (message.pointee.metadata_props, message.pointee.n_metadata_props) =
      try arena.pairs(annotations.metadata)
    return message
  }
}
