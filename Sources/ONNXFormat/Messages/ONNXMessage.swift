public import CONNX

/// A message structure that protoc-c generates, so that code can be written for all of them.
public protocol ONNXMessage {
  /// What protobuf-c knows about the message's fields.
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> { get }
}

extension Onnx__ModelProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__model_proto__get_descriptor()
  }
}
extension Onnx__OperatorSetIdProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__operator_set_id_proto__get_descriptor()
  }
}
extension Onnx__StringStringEntryProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__string_string_entry_proto__get_descriptor()
  }
}
extension Onnx__TrainingInfoProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__training_info_proto__get_descriptor()
  }
}
extension Onnx__FunctionProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__function_proto__get_descriptor()
  }
}
extension Onnx__GraphProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__graph_proto__get_descriptor()
  }
}
extension Onnx__NodeProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__node_proto__get_descriptor()
  }
}
extension Onnx__AttributeProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__attribute_proto__get_descriptor()
  }
}
extension Onnx__ValueInfoProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__value_info_proto__get_descriptor()
  }
}
extension Onnx__TensorAnnotation: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__tensor_annotation__get_descriptor()
  }
}
extension Onnx__TensorProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__tensor_proto__get_descriptor()
  }
}
extension Onnx__TensorProto__Segment: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__tensor_proto__segment__get_descriptor()
  }
}
extension Onnx__SparseTensorProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__sparse_tensor_proto__get_descriptor()
  }
}
extension Onnx__TensorShapeProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__tensor_shape_proto__get_descriptor()
  }
}
extension Onnx__TensorShapeProto__Dimension: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__tensor_shape_proto__dimension__get_descriptor()
  }
}
extension Onnx__TypeProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__type_proto__get_descriptor()
  }
}
extension Onnx__TypeProto__Tensor: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__type_proto__tensor__get_descriptor()
  }
}
extension Onnx__TypeProto__Sequence: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__type_proto__sequence__get_descriptor()
  }
}
extension Onnx__TypeProto__Map: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__type_proto__map__get_descriptor()
  }
}
extension Onnx__TypeProto__Optional: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__type_proto__optional__get_descriptor()
  }
}
extension Onnx__TypeProto__SparseTensor: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__type_proto__sparse_tensor__get_descriptor()
  }
}
extension Onnx__TypeProto__Opaque: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__type_proto__opaque__get_descriptor()
  }
}
extension Onnx__DeviceConfigurationProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__device_configuration_proto__get_descriptor()
  }
}
extension Onnx__NodeDeviceConfigurationProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__node_device_configuration_proto__get_descriptor()
  }
}
extension Onnx__ShardingSpecProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__sharding_spec_proto__get_descriptor()
  }
}
extension Onnx__IntIntListEntryProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__int_int_list_entry_proto__get_descriptor()
  }
}
extension Onnx__ShardedDimProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__sharded_dim_proto__get_descriptor()
  }
}
extension Onnx__SimpleShardedDimProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__simple_sharded_dim_proto__get_descriptor()
  }
}
extension Onnx__SequenceProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__sequence_proto__get_descriptor()
  }
}
extension Onnx__MapProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__map_proto__get_descriptor()
  }
}
extension Onnx__OptionalProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__optional_proto__get_descriptor()
  }
}
extension Onnx__OperatorProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__operator_proto__get_descriptor()
  }
}
extension Onnx__OperatorSetProto: ONNXMessage {
  public static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    onnx__operator_set_proto__get_descriptor()
  }
}
