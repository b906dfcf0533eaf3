import CONNX
import FormatSupport
import Tensors

/// Types: `TypeProto` to `ValueType`.
struct TypeImporter {
  let log: ImportLog

  /// Returns the type, or nil when the message leaves it open.
  func type(_ message: UnsafePointer<Onnx__TypeProto>) throws(FormatError) -> ValueType? {
    let type = message.pointee
    if type.denotation != nil { log.note("denotations of types are not kept") }
    switch type.value_case {
    case ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE:
      guard let tensor = type.tensor_type?.pointee else { return nil }
      return .tensor(try ElementType.imported(tensor.elem_type), try shape(tensor.shape))
    case ONNX__TYPE_PROTO__VALUE_SPARSE_TENSOR_TYPE:
      guard let tensor = type.sparse_tensor_type?.pointee else { return nil }
      return .sparseTensor(try ElementType.imported(tensor.elem_type), try shape(tensor.shape))
    case ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE:
      return .sequence(try element(type.sequence_type?.pointee.elem_type))
    case ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE:
      return .optional(try element(type.optional_type?.pointee.elem_type))
    case ONNX__TYPE_PROTO__VALUE_MAP_TYPE:
      guard let map = type.map_type?.pointee else { return nil }
      return try mapType(map)
    case ONNX__TYPE_PROTO__VALUE_OPAQUE_TYPE:
      let opaque = type.opaque_type?.pointee
      return .opaque(domain: String(field: opaque?.domain), name: String(field: opaque?.name))
    default:
      return nil
    }
  }

  /// Returns the type of what a sequence or an optional holds: any tensor when it is left open.
  private func element(
    _ message: UnsafeMutablePointer<Onnx__TypeProto>?
  ) throws(FormatError) -> ValueType {
    guard let message else { return .tensor(nil, nil) }
    return try type(message) ?? .tensor(nil, nil)
  }

  private func mapType(_ map: Onnx__TypeProto__Map) throws(FormatError) -> ValueType {
    guard let key = try ElementType.imported(map.key_type), key.isInteger || key == .string else {
      throw FormatError(.invalid, "the keys of a map have element type \(map.key_type)")
        .advising("keys are integers or strings")
    }
    return .map(key: key, value: try element(map.value_type))
  }

  private func shape(
    _ message: UnsafeMutablePointer<Onnx__TensorShapeProto>?
  ) throws(FormatError) -> Shape? {
    guard let message = message?.pointee else { return nil }
    let dimensions = UnsafeBufferPointer<UnsafePointer<Onnx__TensorShapeProto__Dimension>>(
      messages: message.dim, count: message.n_dim)
    return Shape(dimensions.map { dimension($0.pointee) })
  }

  private func dimension(_ message: Onnx__TensorShapeProto__Dimension) -> Dimension {
    if message.denotation != nil { log.note("denotations of dimensions are not kept") }
    switch message.value_case {
    case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE:
      guard message.dim_value >= 0 else {
        log.note("negative dimensions are taken for unknown ones")
        return .unknown
      }
      return .fixed(Int(message.dim_value))
    case ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM:
      return Dimension(parameter: String(field: message.dim_param))
    default:
      return .unknown
    }
  }
}
