import CONNX
import FormatSupport
import IR
import Tensors

/// Tensors: `Tensor` to `TensorProto`, whose data stays where it is.
final class TensorExporter {
  private let arena: ExportArena
  private let externalData: ExternalDataWriter?

  /// The storages that messages point into: they must live until the messages are written.
  private(set) var storages: [Storage] = []
  private var knownStorages: Set<ObjectIdentifier> = []

  init(arena: ExportArena, externalData: ExternalDataWriter?) {
    self.arena = arena
    self.externalData = externalData
  }

  /// Returns the message of a dense tensor.
  func message(
    _ tensor: Tensor, named name: String = ""
  ) throws(FormatError) -> UnsafeMutablePointer<Onnx__TensorProto> {
    let message = try arena.messages.make(Onnx__TensorProto.self)
    message.pointee.n_dims = tensor.rank
    message.pointee.dims = try arena.messages.copy(tensor.shape.map(Int64.init))
    message.pointee.has_data_type = 1
    message.pointee.data_type = Int32(tensor.elementType.rawValue)
    message.pointee.name = try arena.optional(name)
    keep(tensor.storage)
    if tensor.elementType == .string {
      try setStrings(tensor, of: message)
    } else if let externalData, tensor.range.count >= externalData.threshold {
      let place = try externalData.append(tensor)
      try refer(to: place, externalData.fileName, from: message)
    } else if let integers = tensor.shortIntegers {
      message.pointee.n_int64_data = integers.count
      message.pointee.int64_data = try arena.messages.copy(integers)
    } else {
      message.pointee.has_raw_data = 1
      message.pointee.raw_data = tensor.bytes.field
    }
    return message
  }

  /// Returns the message of a sparse tensor.
  func sparseMessage(
    _ tensor: Tensor, named name: String = ""
  ) throws(FormatError) -> UnsafeMutablePointer<Onnx__SparseTensorProto> {
    guard case .coordinates(let indices) = tensor.encoding, let count = indices.shape.first,
      let values = Tensor(
        tensor.elementType, shape: [count], storage: tensor.storage, range: tensor.range)
    else { throw FormatError(.invalid, "a sparse tensor of \(tensor.shape) has no indices") }
    let message = try arena.messages.make(Onnx__SparseTensorProto.self)
    message.pointee.n_dims = tensor.rank
    message.pointee.dims = try arena.messages.copy(tensor.shape.map(Int64.init))
    message.pointee.values = try self.message(values, named: name)
    message.pointee.indices = try self.message(indices)
    return message
  }

  private func keep(_ storage: Storage) {
    if knownStorages.insert(ObjectIdentifier(storage)).inserted { storages.append(storage) }
  }

  private func setStrings(
    _ tensor: Tensor, of message: UnsafeMutablePointer<Onnx__TensorProto>
  ) throws(FormatError) {
    let strings = tensor.strings
    let fields = try arena.messages.makeArray(of: ProtobufCBinaryData.self, count: strings.count)
    for (index, string) in strings.enumerated() { fields[index] = try arena.bytes(string) }
    message.pointee.n_string_data = strings.count
    message.pointee.string_data = fields
  }

  private func refer(
    to place: ExternalDataWriter.Place, _ fileName: String,
    from message: UnsafeMutablePointer<Onnx__TensorProto>
  ) throws(FormatError) {
    message.pointee.has_data_location = 1
    message.pointee.data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL
    (message.pointee.external_data, message.pointee.n_external_data) = try arena.pairs([
      .init(key: "location", value: fileName), .init(key: "offset", value: "\(place.offset)"),
      .init(key: "length", value: "\(place.length)"),
    ])
  }
}

extension Tensor {
  /// The elements of an int64 tensor, such as a shape, which protobuf's variable length makes
  /// shorter than their bytes are.
  fileprivate var shortIntegers: [Int64]? {
    guard elementType == .int64, count > 0, count <= 1024 else { return nil }
    let integers = withUnalignedScalars(of: Int64.self) { Array($0) }
    return integers.allSatisfy { (0..<1 << 28).contains($0) } ? integers : nil
  }
}

extension UnsafeRawBufferPointer {
  /// The bytes as a field of a message, which reads them only.
  fileprivate var field: ProtobufCBinaryData {
    let start = UnsafeMutableRawPointer(mutating: baseAddress)
    return ProtobufCBinaryData(len: count, data: start?.assumingMemoryBound(to: UInt8.self))
  }
}

extension ExportArena {
  /// Returns a copy of a string of bytes.
  func bytes(_ string: ByteString) throws(FormatError) -> ProtobufCBinaryData {
    try string.bytes.withUnsafeBufferPointer { (bytes) throws(FormatError) in
      try messages.copy(bytes: UnsafeRawBufferPointer(bytes))
    }
  }
}
