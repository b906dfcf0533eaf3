import CONNX
public import FormatSupport
public import Tensors

/// What kind of value a data file (`.pb`) holds: the file itself does not say.
public enum ValueFileKind: Hashable, Sendable {
  case tensor, sparseTensor, sequence, optional, map
}

extension ValueFileKind {
  /// The kind of file that holds values of a type.
  public init(_ type: ValueType) {
    switch type {
    case .tensor, .opaque: self = .tensor
    case .sparseTensor: self = .sparseTensor
    case .sequence: self = .sequence
    case .optional: self = .optional
    case .map: self = .map
    }
  }
}

/// A value with the name that its file gives it.
public struct NamedValue: Hashable, Sendable {
  /// The name; empty when the file gives none.
  public var name: String
  public var value: RuntimeValue

  public init(name: String = "", value: RuntimeValue) {
    self.name = name
    self.value = value
  }
}

extension ONNXImporter {
  /// Imports a file that holds one value, such as an input of ONNX's own tests.
  public static func importValue(
    path: String, kind: ValueFileKind = .tensor
  ) throws(FormatError) -> NamedValue {
    let file = try MappedFile(path: path)
    let folder = ModelPath(path).folder
    switch kind {
    case .tensor:
      return try value(in: TensorMessage.decode(file), folder, name: \.name) {
        (importer, message) throws(FormatError) in .tensor(try importer.tensors.tensor(message))
      }
    case .sparseTensor:
      let message = try DecodedMessage<Onnx__SparseTensorProto>.decode(file)
      return try value(in: message, folder, name: \.values?.pointee.name) {
        (importer, message) throws(FormatError) in
        .tensor(try importer.tensors.sparseTensor(message))
      }
    case .sequence:
      return try value(in: SequenceMessage.decode(file), folder, name: \.name) {
        (importer, message) throws(FormatError) in try importer.sequence(message.pointee)
      }
    case .optional:
      return try value(in: OptionalMessage.decode(file), folder, name: \.name) {
        (importer, message) throws(FormatError) in try importer.optional(message.pointee)
      }
    case .map:
      let message = try DecodedMessage<Onnx__MapProto>.decode(file)
      return try value(in: message, folder, name: \.name) {
        (importer, message) throws(FormatError) in try importer.map(message.pointee)
      }
    }
  }

  private static func value<Message: ONNXMessage>(
    in message: DecodedMessage<Message>, _ folder: String,
    name: (Message) -> UnsafeMutablePointer<CChar>?,
    _ read: (ValueImporter, UnsafePointer<Message>) throws(FormatError) -> RuntimeValue
  ) throws(FormatError) -> NamedValue {
    defer { withExtendedLifetime(message) {} }
    let tensors = TensorImporter(
      source: ByteSource(message), externalFiles: ExternalFiles(folder: folder), log: ImportLog())
    let value = try read(ValueImporter(tensors: tensors), message.root)
    return NamedValue(name: String(field: name(message.root.pointee)), value: value)
  }
}

/// Values at run time: `SequenceProto`, `OptionalProto` and `MapProto` to `RuntimeValue`.
private struct ValueImporter {
  let tensors: TensorImporter

  func sequence(_ message: Onnx__SequenceProto) throws(FormatError) -> RuntimeValue {
    var values: [RuntimeValue] = []
    switch UInt32(bitPattern: message.elem_type) {
    case ONNX__SEQUENCE_PROTO__DATA_TYPE__UNDEFINED.rawValue:
      return .sequence([])
    case ONNX__SEQUENCE_PROTO__DATA_TYPE__TENSOR.rawValue:
      for item in UnsafeBufferPointer<UnsafePointer<Onnx__TensorProto>>(
        messages: message.tensor_values, count: message.n_tensor_values)
      {
        values.append(.tensor(try tensors.tensor(item)))
      }
    case ONNX__SEQUENCE_PROTO__DATA_TYPE__SPARSE_TENSOR.rawValue:
      for item in UnsafeBufferPointer<UnsafePointer<Onnx__SparseTensorProto>>(
        messages: message.sparse_tensor_values, count: message.n_sparse_tensor_values)
      {
        values.append(.tensor(try tensors.sparseTensor(item)))
      }
    case ONNX__SEQUENCE_PROTO__DATA_TYPE__SEQUENCE.rawValue:
      for item in UnsafeBufferPointer<UnsafePointer<Onnx__SequenceProto>>(
        messages: message.sequence_values, count: message.n_sequence_values)
      {
        values.append(try sequence(item.pointee))
      }
    case ONNX__SEQUENCE_PROTO__DATA_TYPE__MAP.rawValue:
      for item in UnsafeBufferPointer<UnsafePointer<Onnx__MapProto>>(
        messages: message.map_values, count: message.n_map_values)
      {
        values.append(try map(item.pointee))
      }
    case ONNX__SEQUENCE_PROTO__DATA_TYPE__OPTIONAL.rawValue:
      for item in UnsafeBufferPointer<UnsafePointer<Onnx__OptionalProto>>(
        messages: message.optional_values, count: message.n_optional_values)
      {
        values.append(try optional(item.pointee))
      }
    default:
      throw unknownElement(message.elem_type, of: "sequence")
    }
    return .sequence(values)
  }

  func optional(_ message: Onnx__OptionalProto) throws(FormatError) -> RuntimeValue {
    switch UInt32(bitPattern: message.elem_type) {
    case ONNX__OPTIONAL_PROTO__DATA_TYPE__UNDEFINED.rawValue:
      return .optional(nil)
    case ONNX__OPTIONAL_PROTO__DATA_TYPE__TENSOR.rawValue:
      guard let item = message.tensor_value else { return .optional(nil) }
      return .optional(.tensor(try tensors.tensor(item)))
    case ONNX__OPTIONAL_PROTO__DATA_TYPE__SPARSE_TENSOR.rawValue:
      guard let item = message.sparse_tensor_value else { return .optional(nil) }
      return .optional(.tensor(try tensors.sparseTensor(item)))
    case ONNX__OPTIONAL_PROTO__DATA_TYPE__SEQUENCE.rawValue:
      guard let item = message.sequence_value else { return .optional(nil) }
      return .optional(try sequence(item.pointee))
    case ONNX__OPTIONAL_PROTO__DATA_TYPE__MAP.rawValue:
      guard let item = message.map_value else { return .optional(nil) }
      return .optional(try map(item.pointee))
    case ONNX__OPTIONAL_PROTO__DATA_TYPE__OPTIONAL.rawValue:
      guard let item = message.optional_value else { return .optional(nil) }
      return .optional(try optional(item.pointee))
    default:
      throw unknownElement(message.elem_type, of: "optional")
    }
  }

  func map(_ message: Onnx__MapProto) throws(FormatError) -> RuntimeValue {
    var values: [RuntimeValue] = []
    if let list = message.values, case .sequence(let items) = try sequence(list.pointee) {
      values = items
    }
    let keys: Tensor
    if message.key_type == Int32(ElementType.string.rawValue) {
      let fields = UnsafeBufferPointer(values: message.string_keys, count: message.n_string_keys)
      let strings = fields.map { ByteString(bytes: UnsafeRawBufferPointer(field: $0)) }
      keys = Tensor(shape: [strings.count], strings: strings)
    } else {
      let fields = UnsafeBufferPointer(values: message.keys, count: message.n_keys)
      keys = Tensor(shape: [fields.count], scalars: Array(fields))
    }
    guard keys.count == values.count else {
      throw FormatError(.invalid, "the map has \(keys.count) keys and \(values.count) values")
        .advising("give each key one value")
    }
    return .map(keys: keys, values: values)
  }

  private func unknownElement(_ number: Int32, of kind: String) -> FormatError {
    FormatError(.invalid, "\(number) is no kind of element of a \(kind)", path: ["elem_type"])
      .advising("the file is damaged, or holds another kind of value")
  }
}
