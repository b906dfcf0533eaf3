import CONNX
import FormatSupport
import IR
import Tensors

// Inputs and initializers: an initializer that is also an input is its default.

extension GraphImporter {
  /// A tensor that the file gives a name, dense or sparse, with the step that leads to it.
  private struct Initializer {
    var step: String
    var name: NameKey
    var tensor: Tensor?
    var annotations: Annotations
  }

  /// Adds the inputs and the initializers of a graph to its block.
  mutating func importInputs(_ message: Onnx__GraphProto, to block: BlockID) {
    var initializers = readInitializers(message)
    var indices: [NameKey: Int] = [:]
    indices.reserveCapacity(initializers.count)
    for (index, initializer) in initializers.enumerated() {
      guard let former = indices.updateValue(index, forKey: initializer.name) else { continue }
      log.report(
        FormatError(
          .invalid, "\(initializer.name.text.quotedBriefly) is defined already",
          path: [initializer.step]
        ).advising("names of initializers are unique; drop one of them"))
      indices[initializer.name] = former
      initializers[index].tensor = nil
    }
    let inputs = UnsafeBufferPointer<UnsafePointer<Onnx__ValueInfoProto>>(
      messages: message.input, count: message.n_input)
    for (index, input) in inputs.enumerated() {
      let matching = indices[NameKey(input.pointee.name)]
      let initial = matching.flatMap { initializers[$0].tensor }
      if let matching, initial != nil {
        // Used up, unless it is added below because it cannot be overridden.
        if hasFixedInitializers, block == graph.body { continue }
        initializers[matching].tensor = nil
      }
      _ = log.within("input[\(index)]") { () throws(FormatError) in
        try importInput(input.pointee, default: initial, to: block)
      }
    }
    for initializer in initializers {
      guard let tensor = initializer.tensor else { continue }
      _ = log.within(initializer.step) { () throws(FormatError) in
        let value = graph.addConstant(tensor, named: initializer.name.text, in: block)
        graph.setAnnotations(initializer.annotations, of: value)
        annotate(value, named: initializer.name)
        try define(initializer.name, as: value)
      }
    }
  }

  private mutating func importInput(
    _ message: Onnx__ValueInfoProto, default tensor: Tensor?, to block: BlockID
  ) throws(FormatError) {
    let name = NameKey(message.name)
    guard !name.isEmpty else {
      throw FormatError(.invalid, "the input has no name").advising("give it one")
    }
    var type: ValueType?
    if let declared = message.type {
      type = log.within("type", { () throws(FormatError) in try types.type(declared) }) ?? nil
    }
    let value = graph.addInput(
      named: name.text, type: type ?? declaredType(of: name), default: tensor, to: block)
    graph.setAnnotations(
      Annotations(
        documentation: String(field: message.doc_string),
        metadata: metadata(message.metadata_props, message.n_metadata_props)),
      of: value)
    try define(name, as: value)
  }

  // MARK: - Reading

  private func readInitializers(_ message: Onnx__GraphProto) -> [Initializer] {
    let dense = UnsafeBufferPointer<UnsafePointer<Onnx__TensorProto>>(
      messages: message.initializer, count: message.n_initializer)
    let sparse = UnsafeBufferPointer<UnsafePointer<Onnx__SparseTensorProto>>(
      messages: message.sparse_initializer, count: message.n_sparse_initializer)
    var initializers: [Initializer] = []
    initializers.reserveCapacity(dense.count + sparse.count)
    for (index, tensor) in dense.enumerated() {
      let initializer = read("initializer", index, tensor.pointee) { () throws(FormatError) in
        try tensors.tensor(tensor)
      }
      if let initializer { initializers.append(initializer) }
    }
    for (index, tensor) in sparse.enumerated() {
      guard let values = tensor.pointee.values else {
        log.report(
          FormatError(
            .invalid, "the sparse tensor has no values", path: ["sparse_initializer[\(index)]"]))
        continue
      }
      let initializer = read("sparse_initializer", index, values.pointee) {
        () throws(FormatError) in
        try tensors.sparseTensor(tensor)
      }
      if let initializer { initializers.append(initializer) }
    }
    return initializers
  }

  /// Reads one tensor; nil when it has no name to be known by.
  ///
  /// A tensor that is wrong is reported, and a stand-in keeps its name defined.
  private func read(
    _ field: String, _ index: Int, _ message: Onnx__TensorProto,
    _ tensor: () throws(FormatError) -> Tensor
  ) -> Initializer? {
    let name = NameKey(message.name)
    let step = "\(field)[\(index)]" + (name.isEmpty ? "" : " \(name.text.quotedBriefly)")
    guard !name.isEmpty else {
      log.report(
        FormatError(.invalid, "the initializer has no name", path: [step]).advising("give it one"))
      return nil
    }
    let value = log.within(step, tensor) ?? Tensor(scalar: Float(0))
    return Initializer(
      step: step, name: name, tensor: value,
      annotations: Annotations(
        documentation: String(field: message.doc_string),
        metadata: metadata(message.metadata_props, message.n_metadata_props)))
  }
}

// MARK: - Annotations

extension GraphImporter {
  /// Adds what the file says about the quantization of values.
  mutating func importQuantization(_ message: Onnx__GraphProto) {
    let entries = UnsafeBufferPointer<UnsafePointer<Onnx__TensorAnnotation>>(
      messages: message.quantization_annotation, count: message.n_quantization_annotation)
    var parameters: [ValueID: [MetadataEntry]] = [:]
    for (index, entry) in entries.enumerated() {
      let message = entry.pointee
      guard let value = scopes.last?.values[NameKey(message.tensor_name)] else {
        _ = log.within("quantization_annotation[\(index)]") { log.note("no value has this name") }
        continue
      }
      parameters[value, default: []] += metadata(
        message.quant_parameter_tensor_names, message.n_quant_parameter_tensor_names)
    }
    for (value, entries) in parameters {
      var annotations = graph.annotations(of: value)
      annotations.quantization = entries
      graph.setAnnotations(annotations, of: value)
    }
  }
}

/// Returns the entries of a repeated field of pairs.
func metadata(
  _ first: UnsafeMutablePointer<UnsafeMutablePointer<Onnx__StringStringEntryProto>?>?,
  _ count: Int
) -> [MetadataEntry] {
  guard count > 0 else { return [] }
  let entries = UnsafeBufferPointer<UnsafePointer<Onnx__StringStringEntryProto>>(
    messages: first, count: count)
  return entries.map {
    MetadataEntry(key: String(field: $0.pointee.key), value: String(field: $0.pointee.value))
  }
}
