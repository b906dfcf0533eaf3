import CONNX
import FormatSupport
import IR
import Tensors

extension GraphExporter {
  /// Returns attributes in their order.
  func attributes(
    _ attributes: Attributes
  ) throws(FormatError) -> [UnsafeMutablePointer<Onnx__AttributeProto>] {
    var messages: [UnsafeMutablePointer<Onnx__AttributeProto>] = []
    for (name, value) in attributes {
      let message = try arena.messages.make(Onnx__AttributeProto.self)
      message.pointee.name = try arena.shared(name)
      message.pointee.has_type = 1
      message.pointee.type = Onnx__AttributeProto__AttributeType(UInt32(value.kind.rawValue))
      try set(value, of: &message.pointee)
      messages.append(message)
    }
    return messages
  }

  private func set(
    _ value: Attribute, of message: inout Onnx__AttributeProto
  ) throws(FormatError) {
    switch value {
    case .int(let value):
      message.has_i = 1
      message.i = value
    case .float(let value):
      message.has_f = 1
      message.f = value
    case .string(let value):
      message.has_s = 1
      message.s = try arena.bytes(value)
    case .ints(let values):
      message.n_ints = values.count
      message.ints = try arena.messages.copy(values)
    case .floats(let values):
      message.n_floats = values.count
      message.floats = try arena.messages.copy(values)
    case .strings(let values):
      message.n_strings = values.count
      message.strings = try arena.messages.makeArray(count: values.count)
      for (index, value) in values.enumerated() { message.strings[index] = try arena.bytes(value) }
    case .tensor(let tensor): try set([tensor], asList: false, of: &message)
    case .tensors(let tensors): try set(tensors, asList: true, of: &message)
    case .type(let type): message.tp = try types.message(type)
    case .types(let values):
      var messages: [UnsafeMutablePointer<Onnx__TypeProto>] = []
      for value in values { messages.append(try types.message(value)) }
      (message.type_protos, message.n_type_protos) = try arena.list(messages)
    case .block(let block): message.g = try self.message(block)
    case .blocks(let blocks):
      var messages: [UnsafeMutablePointer<Onnx__GraphProto>] = []
      for block in blocks { messages.append(try self.message(block)) }
      (message.graphs, message.n_graphs) = try arena.list(messages)
    case .reference(let name, _): message.ref_attr_name = try arena.messages.copy(name)
    }
  }

  private func set(
    _ values: [Tensor], asList isList: Bool, of message: inout Onnx__AttributeProto
  ) throws(FormatError) {
    var dense: [UnsafeMutablePointer<Onnx__TensorProto>] = []
    var sparse: [UnsafeMutablePointer<Onnx__SparseTensorProto>] = []
    for value in values {
      if value.encoding == .dense {
        dense.append(try tensors.message(value))
      } else {
        sparse.append(try tensors.sparseMessage(value))
      }
    }
    guard dense.isEmpty || sparse.isEmpty else {
      throw FormatError(.unsupported, "an attribute has dense and sparse tensors in one list")
        .advising("make all of them dense")
    }
    if isList {
      (message.tensors, message.n_tensors) = try arena.list(dense)
      (message.sparse_tensors, message.n_sparse_tensors) = try arena.list(sparse)
    } else {
      message.t = dense.first
      message.sparse_tensor = sparse.first
    }
  }
}
