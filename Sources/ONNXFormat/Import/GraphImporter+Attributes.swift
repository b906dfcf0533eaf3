import CONNX
import FormatSupport
import IR
import Tensors

extension GraphImporter {
  /// Imports attributes in their order; those that are wrong are reported and left out.
  mutating func importAttributes(
    _ messages: UnsafeBufferPointer<UnsafePointer<Onnx__AttributeProto>>
  ) -> Attributes {
    var attributes = Attributes()
    var names: Set<NameKey> = []
    for (index, message) in messages.enumerated() {
      let attribute = log.within(message.pointee.step(index)) {
        () throws(FormatError) -> Attribute in
        let name = NameKey(message.pointee.name)
        guard !name.isEmpty else {
          throw FormatError(.invalid, "the attribute has no name").advising("give it one")
        }
        guard messages.count == 1 || names.insert(name).inserted else {
          throw FormatError(.invalid, "the attribute occurs twice").advising("keep one of them")
        }
        return try importAttribute(message.pointee)
      }
      if let attribute { attributes.append(String(field: message.pointee.name), attribute) }
    }
    return attributes
  }

  private mutating func importAttribute(
    _ message: Onnx__AttributeProto
  ) throws(FormatError) -> Attribute {
    if message.doc_string != nil { log.note("documentation of attributes is not kept") }
    let reference = NameKey(message.ref_attr_name)
    guard reference.isEmpty else { return try importReference(reference, message) }
    switch try message.kind() {
    case .float: return .float(message.f)
    case .int: return .int(message.i)
    case .string: return .string(ByteString(bytes: UnsafeRawBufferPointer(field: message.s)))
    case .floats:
      return .floats(Array(UnsafeBufferPointer(values: message.floats, count: message.n_floats)))
    case .ints:
      return .ints(Array(UnsafeBufferPointer(values: message.ints, count: message.n_ints)))
    case .strings:
      let strings = UnsafeBufferPointer(values: message.strings, count: message.n_strings)
      return .strings(strings.map { ByteString(bytes: UnsafeRawBufferPointer(field: $0)) })
    case .tensor, .sparseTensor, .tensors, .sparseTensors: return try importTensors(message)
    case .type, .types: return try importTypes(message)
    case .graph, .graphs: return importSubgraphs(message)
    }
  }

  private func importReference(
    _ name: NameKey, _ message: Onnx__AttributeProto
  ) throws(FormatError) -> Attribute {
    guard isFunction else {
      throw FormatError(
        .invalid,
        "the attribute refers to \(name.text.quotedBriefly) of a function, but there is none"
      ).advising("give it a value")
    }
    guard let kind = Attribute.Kind(declaredBy: message) else {
      throw FormatError(.invalid, "the attribute refers to another one without a type")
        .advising("set the attribute's type")
    }
    return .reference(name: name.text, kind: kind)
  }

  // MARK: - Messages inside attributes

  private func importTensors(_ message: Onnx__AttributeProto) throws(FormatError) -> Attribute {
    if let tensor = message.t { return .tensor(try tensors.tensor(tensor)) }
    if let tensor = message.sparse_tensor { return .tensor(try tensors.sparseTensor(tensor)) }
    var values: [Tensor] = []
    for tensor in UnsafeBufferPointer<UnsafePointer<Onnx__TensorProto>>(
      messages: message.tensors, count: message.n_tensors)
    {
      values.append(try tensors.tensor(tensor))
    }
    for tensor in UnsafeBufferPointer<UnsafePointer<Onnx__SparseTensorProto>>(
      messages: message.sparse_tensors, count: message.n_sparse_tensors)
    {
      values.append(try tensors.sparseTensor(tensor))
    }
    return .tensors(values)
  }

  private func importTypes(_ message: Onnx__AttributeProto) throws(FormatError) -> Attribute {
    if let type = message.tp { return .type(try importType(type)) }
    var values: [ValueType] = []
    for type in UnsafeBufferPointer<UnsafePointer<Onnx__TypeProto>>(
      messages: message.type_protos, count: message.n_type_protos)
    {
      values.append(try importType(type))
    }
    return .types(values)
  }

  private func importType(_ message: UnsafePointer<Onnx__TypeProto>) throws(FormatError)
    -> ValueType
  {
    guard let type = try types.type(message) else {
      throw FormatError(.invalid, "the type is empty").advising("say which type it is")
    }
    return type
  }

  private mutating func importSubgraphs(_ message: Onnx__AttributeProto) -> Attribute {
    var blocks: [BlockID] = []
    for (step, subgraph) in message.subgraphs {
      let block = graph.addBlock(named: String(field: subgraph.pointee.name))
      _ = log.within(step) { importBlock(subgraph, as: block) }
      blocks.append(block)
    }
    if message.g != nil, let block = blocks.first { return .block(block) }
    return .blocks(blocks)
  }
}

// MARK: - Kinds

extension Attribute.Kind {
  /// The kind that the type field of an attribute names.
  fileprivate init?(declaredBy message: Onnx__AttributeProto) {
    guard message.has_type != 0, let raw = UInt8(exactly: message.type.rawValue) else { return nil }
    self.init(rawValue: raw)
  }

  /// The kind as one bit of a set.
  fileprivate var bit: UInt32 { 1 << UInt32(rawValue) }

  /// Whether an attribute of this kind may be empty: a number that is 0 or an empty list.
  fileprivate var mayBeAbsent: Bool {
    switch self {
    case .tensor, .graph, .sparseTensor, .type: false
    default: true
    }
  }
}

extension Onnx__AttributeProto {
  /// The kinds of the values that the attribute holds, one bit each: one kind, if it is sound.
  private var storedKinds: UInt32 {
    var kinds: UInt32 = 0
    func add(_ kind: Attribute.Kind, _ isStored: Bool) {
      if isStored { kinds |= kind.bit }
    }
    add(.float, has_f != 0)
    add(.int, has_i != 0)
    add(.string, has_s != 0)
    add(.tensor, t != nil)
    add(.graph, g != nil)
    add(.sparseTensor, sparse_tensor != nil)
    add(.type, tp != nil)
    add(.floats, n_floats > 0)
    add(.ints, n_ints > 0)
    add(.strings, n_strings > 0)
    add(.tensors, n_tensors > 0)
    add(.graphs, n_graphs > 0)
    add(.sparseTensors, n_sparse_tensors > 0)
    add(.types, n_type_protos > 0)
    return kinds
  }

  /// Returns the kind of the value.
  ///
  /// The first version of ONNX had no type field. A value that is 0 or empty may be left out.
  fileprivate func kind() throws(FormatError) -> Attribute.Kind {
    let stored = storedKinds
    guard has_type != 0, type.rawValue != 0 else {
      let kinds = Attribute.Kind.allCases.filter { stored & $0.bit != 0 }
      if kinds.count == 1 { return kinds[0] }
      let problem = kinds.isEmpty ? "neither a type nor a value" : "several values and no type"
      throw FormatError(.invalid, "the attribute has \(problem)").advising("set type and value")
    }
    guard let kind = Attribute.Kind(declaredBy: self) else {
      throw FormatError(.invalid, "\(type.rawValue) is no type of attributes")
        .advising("the file is damaged, or of a newer version of ONNX")
    }
    if stored & ~kind.bit != 0 {
      let others = Attribute.Kind.allCases.filter { stored & ~kind.bit & $0.bit != 0 }
      let names = others.map { "\($0)" }.joined(separator: ", ")
      throw FormatError(.invalid, "the attribute's type is \(kind), but it holds \(names)")
        .advising("correct the type")
    }
    guard stored != 0 || kind.mayBeAbsent else {
      throw FormatError(.invalid, "the attribute's type is \(kind), but it holds nothing")
        .advising("set the value")
    }
    return kind
  }
}
