import CONNX
public import FormatSupport
import Tensors

extension ONNXExporter {
  /// Writes a value to a file of its own (`.pb`), as ``ONNXImporter/importValue(path:kind:)``
  /// reads it.
  public static func export(_ value: NamedValue, to path: String) throws(FormatError) {
    let exporter = try ValueExporter()
    let output = try OutputFile(path: path)
    switch value.value {
    case .tensor(let tensor) where tensor.encoding == .dense:
      try exporter.write(exporter.tensors.message(tensor, named: value.name), to: output)
    case .tensor(let tensor):
      try exporter.write(exporter.tensors.sparseMessage(tensor, named: value.name), to: output)
    case .sequence(let values):
      try exporter.write(exporter.sequence(values, named: value.name), to: output)
    case .optional(let content):
      try exporter.write(exporter.optional(content, named: value.name), to: output)
    case .map(let keys, let values):
      try exporter.write(exporter.map(keys, values, named: value.name), to: output)
    }
    try output.commit()
  }
}

/// Values at run time: `RuntimeValue` to `SequenceProto`, `OptionalProto` and `MapProto`.
private struct ValueExporter {
  let arena: ExportArena
  let tensors: TensorExporter

  init() throws(FormatError) {
    arena = try ExportArena()
    tensors = TensorExporter(arena: arena, externalData: nil)
  }

  func write<Message: ONNXMessage>(
    _ message: UnsafeMutablePointer<Message>, to output: OutputFile
  ) throws(FormatError) {
    var encoder = MessageEncoder()
    encoder.storages = tensors.storages
    try encoder.encode(UnsafePointer(message), to: output)
  }

  func sequence(
    _ values: [RuntimeValue], named name: String = ""
  ) throws(FormatError) -> UnsafeMutablePointer<Onnx__SequenceProto> {
    let message = try arena.messages.make(Onnx__SequenceProto.self)
    message.pointee.name = try arena.optional(name)
    message.pointee.has_elem_type = 1
    let kind = values.first?.elementKind ?? ONNX__SEQUENCE_PROTO__DATA_TYPE__TENSOR
    message.pointee.elem_type = Int32(bitPattern: kind.rawValue)
    var items = SequenceItems()
    for value in values {
      guard value.elementKind == kind else {
        throw FormatError(.unsupported, "a sequence holds values of several kinds")
          .advising("write them to files of their own")
      }
      switch value {
      case .tensor(let tensor) where tensor.encoding == .dense:
        items.tensors.append(try tensors.message(tensor))
      case .tensor(let tensor): items.sparseTensors.append(try tensors.sparseMessage(tensor))
      case .sequence(let values): items.sequences.append(try sequence(values))
      case .optional(let content): items.optionals.append(try optional(content))
      case .map(let keys, let values): items.maps.append(try map(keys, values))
      }
    }
    let fields = items
    (message.pointee.tensor_values, message.pointee.n_tensor_values) =
      try arena.list(fields.tensors)
    (message.pointee.sparse_tensor_values, message.pointee.n_sparse_tensor_values) =
      try arena.list(fields.sparseTensors)
    (message.pointee.sequence_values, message.pointee.n_sequence_values) =
      try arena.list(fields.sequences)
    (message.pointee.optional_values, message.pointee.n_optional_values) =
      try arena.list(fields.optionals)
    (message.pointee.map_values, message.pointee.n_map_values) = try arena.list(fields.maps)
    return message
  }

  func optional(
    _ content: RuntimeValue?, named name: String = ""
  ) throws(FormatError) -> UnsafeMutablePointer<Onnx__OptionalProto> {
    let message = try arena.messages.make(Onnx__OptionalProto.self)
    message.pointee.name = try arena.optional(name)
    message.pointee.has_elem_type = 1
    guard let content else { return message }
    // Both messages number the kinds of elements alike.
    message.pointee.elem_type = Int32(bitPattern: content.elementKind.rawValue)
    switch content {
    case .tensor(let tensor) where tensor.encoding == .dense:
      message.pointee.tensor_value = try tensors.message(tensor)
    case .tensor(let tensor):
      message.pointee.sparse_tensor_value = try tensors.sparseMessage(tensor)
    case .sequence(let values): message.pointee.sequence_value = try sequence(values)
    case .optional(let inner): message.pointee.optional_value = try optional(inner)
    case .map(let keys, let values): message.pointee.map_value = try map(keys, values)
    }
    return message
  }

  func map(
    _ keys: Tensor, _ values: [RuntimeValue], named name: String = ""
  ) throws(FormatError) -> UnsafeMutablePointer<Onnx__MapProto> {
    let message = try arena.messages.make(Onnx__MapProto.self)
    message.pointee.name = try arena.optional(name)
    message.pointee.has_key_type = 1
    message.pointee.key_type = Int32(keys.elementType.rawValue)
    switch keys.elementType {
    case .string:
      let strings = keys.strings
      message.pointee.n_string_keys = strings.count
      message.pointee.string_keys = try arena.messages.makeArray(count: strings.count)
      for (index, string) in strings.enumerated() {
        message.pointee.string_keys[index] = try arena.bytes(string)
      }
    case .int64:
      message.pointee.n_keys = keys.count
      message.pointee.keys = try arena.messages.copy(keys.scalars(of: Int64.self))
    default:
      throw FormatError(.unsupported, "the keys of a map are \(keys.elementType)")
        .advising("make them int64 or string")
    }
    message.pointee.values = try sequence(values)
    return message
  }
}

/// The elements of a sequence by kind; all but one list are empty.
private struct SequenceItems {
  var tensors: [UnsafeMutablePointer<Onnx__TensorProto>] = []
  var sparseTensors: [UnsafeMutablePointer<Onnx__SparseTensorProto>] = []
  var sequences: [UnsafeMutablePointer<Onnx__SequenceProto>] = []
  var optionals: [UnsafeMutablePointer<Onnx__OptionalProto>] = []
  var maps: [UnsafeMutablePointer<Onnx__MapProto>] = []
}

extension RuntimeValue {
  /// The kind of element that the value is inside a sequence or an optional.
  fileprivate var elementKind: Onnx__SequenceProto__DataType {
    switch self {
    case .tensor(let tensor) where tensor.encoding == .dense:
      ONNX__SEQUENCE_PROTO__DATA_TYPE__TENSOR
    case .tensor: ONNX__SEQUENCE_PROTO__DATA_TYPE__SPARSE_TENSOR
    case .sequence: ONNX__SEQUENCE_PROTO__DATA_TYPE__SEQUENCE
    case .optional: ONNX__SEQUENCE_PROTO__DATA_TYPE__OPTIONAL
    case .map: ONNX__SEQUENCE_PROTO__DATA_TYPE__MAP
    }
  }
}
