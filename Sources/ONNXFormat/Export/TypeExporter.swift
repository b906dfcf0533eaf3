import CONNX
import FormatSupport
import Tensors

/// Types: `ValueType` to `TypeProto`.
struct TypeExporter {
  let arena: ExportArena

  /// Returns the message of a type.
  func message(_ type: ValueType) throws(FormatError) -> UnsafeMutablePointer<Onnx__TypeProto> {
    let message = try arena.messages.make(Onnx__TypeProto.self)
    switch type {
    case .tensor(let element, let shape):
      let tensor = try arena.messages.make(Onnx__TypeProto__Tensor.self)
      set(element, &tensor.pointee.has_elem_type, &tensor.pointee.elem_type)
      tensor.pointee.shape = try shape.map(self.shape)
      message.pointee.value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE
      message.pointee.tensor_type = tensor
    case .sparseTensor(let element, let shape):
      let tensor = try arena.messages.make(Onnx__TypeProto__SparseTensor.self)
      set(element, &tensor.pointee.has_elem_type, &tensor.pointee.elem_type)
      tensor.pointee.shape = try shape.map(self.shape)
      message.pointee.value_case = ONNX__TYPE_PROTO__VALUE_SPARSE_TENSOR_TYPE
      message.pointee.sparse_tensor_type = tensor
    case .sequence(let element):
      let sequence = try arena.messages.make(Onnx__TypeProto__Sequence.self)
      sequence.pointee.elem_type = try self.message(element)
      message.pointee.value_case = ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE
      message.pointee.sequence_type = sequence
    case .optional(let element):
      let optional = try arena.messages.make(Onnx__TypeProto__Optional.self)
      optional.pointee.elem_type = try self.message(element)
      message.pointee.value_case = ONNX__TYPE_PROTO__VALUE_OPTIONAL_TYPE
      message.pointee.optional_type = optional
    case .map(let key, let value):
      let map = try arena.messages.make(Onnx__TypeProto__Map.self)
      set(key, &map.pointee.has_key_type, &map.pointee.key_type)
      map.pointee.value_type = try self.message(value)
      message.pointee.value_case = ONNX__TYPE_PROTO__VALUE_MAP_TYPE
      message.pointee.map_type = map
    case .opaque(let domain, let name):
      let opaque = try arena.messages.make(Onnx__TypeProto__Opaque.self)
      opaque.pointee.domain = try arena.optional(domain)
      opaque.pointee.name = try arena.optional(name)
      message.pointee.value_case = ONNX__TYPE_PROTO__VALUE_OPAQUE_TYPE
      message.pointee.opaque_type = opaque
    }
    return message
  }

  private func set(
    _ element: ElementType?, _ isPresent: inout protobuf_c_boolean, _ field: inout Int32
  ) {
    guard let element else { return }
    isPresent = 1
    field = Int32(element.rawValue)
  }

  private func shape(
    _ shape: Shape
  ) throws(FormatError) -> UnsafeMutablePointer<Onnx__TensorShapeProto> {
    let message = try arena.messages.make(Onnx__TensorShapeProto.self)
    message.pointee.n_dim = shape.rank
    message.pointee.dim = try arena.messages.makeMessages(count: shape.rank)
    for (axis, dimension) in shape.dimensions.enumerated() {
      guard let target = message.pointee.dim[axis] else { continue }
      switch dimension {
      case .fixed(let value):
        target.pointee.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
        target.pointee.dim_value = Int64(value)
      case .symbolic(let expression):
        target.pointee.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM
        target.pointee.dim_param = try arena.shared(expression.parameter)
      case .unknown: break
      }
    }
    return message
  }
}
