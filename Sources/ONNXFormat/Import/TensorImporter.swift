import CONNX
import FormatSupport
import Tensors

/// Tensors: `TensorProto` to `Tensor`, without a copy wherever the file holds the tensor's bytes.
struct TensorImporter {
  let source: ByteSource
  let externalFiles: ExternalFiles
  let log: ImportLog

  /// Returns the tensor.
  ///
  /// - Throws: ``FormatError`` when type, shape and data do not agree.
  func tensor(_ pointer: UnsafePointer<Onnx__TensorProto>) throws(FormatError) -> Tensor {
    let message = pointer.pointee
    guard message.segment == nil else {
      throw FormatError(.unsupported, "the tensor is one segment of a larger one")
        .advising("store it in one piece")
    }
    guard let elementType = try ElementType.imported(message.data_type) else {
      throw FormatError(.invalid, "the tensor has no element type").advising("set data_type")
    }
    let layout = try TensorLayout(elementType, shape: shape(message))
    guard message.data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL else {
      return try inlineTensor(message, layout)
    }
    let reference = try ExternalDataReference(
      UnsafeBufferPointer(messages: message.external_data, count: message.n_external_data))
    if reference.hasChecksum { log.note("checksums of external data are not compared") }
    return try externalFiles.tensor(layout, at: reference)
  }

  private func shape(_ message: Onnx__TensorProto) -> [Int] {
    UnsafeBufferPointer(values: message.dims, count: message.n_dims).map { Int($0) }
  }

  private func inlineTensor(
    _ message: Onnx__TensorProto, _ layout: TensorLayout
  ) throws(FormatError) -> Tensor {
    if message.has_raw_data != 0, message.raw_data.len > 0 || !message.hasTypedData {
      guard layout.elementType != .string else {
        throw FormatError(.invalid, "strings do not lie in raw_data")
          .advising("store them in string_data")
      }
      guard !message.hasTypedData else {
        throw FormatError(.invalid, "the tensor has raw_data and other data too")
          .advising("keep one of them")
      }
      return try tensor(layout, of: UnsafeRawBufferPointer(field: message.raw_data), in: "raw_data")
    }
    return try typedTensor(message, layout)
  }

  /// Returns the tensor with the given bytes: a view where they lie in the file, else a copy.
  func tensor(
    _ layout: TensorLayout, of bytes: UnsafeRawBufferPointer, in field: String
  ) throws(FormatError) -> Tensor {
    guard bytes.count == layout.byteCount else {
      throw FormatError(
        .invalid,
        "\(layout) takes \(layout.byteCount ?? 0) bytes, but \(field) has \(bytes.count)"
      ).advising("correct the shape, the element type or the data")
    }
    if let range = source.range(of: bytes),
      let view = Tensor(
        layout.elementType, shape: layout.shape, storage: source.storage, range: range)
    {
      return view.withSoundBooleans
    }
    let copy = Tensor(layout.elementType, shape: layout.shape) { $0.copyMemory(from: bytes) }
    return copy.withSoundBooleans
  }
}

/// The element type and the shape of a tensor whose size is known to be sound.
struct TensorLayout: CustomStringConvertible {
  let elementType: ElementType
  let shape: [Int]

  /// The number of elements.
  let count: Int

  /// The bytes of the dense tensor; nil for strings only.
  let byteCount: Int?

  /// Checks that no dimension is negative and that the size can be counted.
  init(_ elementType: ElementType, shape: [Int]) throws(FormatError) {
    if let axis = shape.firstIndex(where: { $0 < 0 }) {
      throw FormatError(.invalid, "dimension \(axis) of the tensor is \(shape[axis])")
        .advising("dimensions of data are not negative")
    }
    let count = Tensor.elementCount(of: shape)
    byteCount = count.flatMap { elementType.byteCount(forElements: $0) }
    guard let count, byteCount != nil || elementType == .string else {
      throw FormatError(
        .invalid, "the size of \(elementType)\(shape.shortDescription) does not fit in 64 bits"
      )
      .advising("correct the shape")
    }
    self.elementType = elementType
    self.shape = shape
    self.count = count
  }

  var description: String { "\(elementType)\(shape.shortDescription)" }
}

extension [Int] {
  /// The numbers between brackets, cut to what a message can hold.
  var shortDescription: String {
    count > 12 ? "[\(prefix(10).map(\.description).joined(separator: ", ")), …]" : description
  }
}
