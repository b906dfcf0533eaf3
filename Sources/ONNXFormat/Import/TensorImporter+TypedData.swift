import CONNX
import FormatSupport
import Tensors

// Data outside raw_data: one repeated field for each family of element types.

extension Onnx__TensorProto {
  /// The fields for typed data, with the number of entries in each.
  fileprivate var typedFields: [(name: String, count: Int)] {
    [
      ("float_data", n_float_data), ("int32_data", n_int32_data), ("string_data", n_string_data),
      ("int64_data", n_int64_data), ("double_data", n_double_data),
      ("uint64_data", n_uint64_data),
    ]
  }

  /// Whether there is data in a field for one family of types.
  var hasTypedData: Bool {
    n_float_data | n_int32_data | n_string_data | n_int64_data | n_double_data | n_uint64_data != 0
  }
}

extension ElementType {
  /// The field of typed data that elements of this type lie in.
  fileprivate var typedField: String {
    switch self {
    case .float32, .complex64: "float_data"
    case .float64, .complex128: "double_data"
    case .int64: "int64_data"
    case .uint32, .uint64: "uint64_data"
    case .string: "string_data"
    default: "int32_data"
    }
  }
}

extension TensorImporter {
  /// Returns a tensor whose data lies in the field for its element type.
  func typedTensor(
    _ message: Onnx__TensorProto, _ layout: TensorLayout
  ) throws(FormatError) -> Tensor {
    let field = layout.elementType.typedField
    if let other = message.typedFields.first(where: { $0.count > 0 && $0.name != field }) {
      throw FormatError(
        .invalid, "the data of \(layout) lies in \(other.name) instead of \(field)"
      ).advising("store it in \(field) or in raw_data")
    }
    switch layout.elementType {
    case .float32, .complex64:
      return try numbers(layout, message.float_data, message.n_float_data, in: field)
    case .float64, .complex128:
      return try numbers(layout, message.double_data, message.n_double_data, in: field)
    case .int64:
      return try numbers(layout, message.int64_data, message.n_int64_data, in: field)
    case .uint64:
      return try numbers(layout, message.uint64_data, message.n_uint64_data, in: field)
    case .int32:
      return try numbers(layout, message.int32_data, message.n_int32_data, in: field)
    case .uint32:
      return try narrowed(layout, message.uint64_data, message.n_uint64_data, to: UInt32.self)
    case .string:
      return try strings(message, layout)
    case .int8:
      return try narrowed(layout, message.int32_data, message.n_int32_data, to: Int8.self)
    case .int16:
      return try narrowed(layout, message.int32_data, message.n_int32_data, to: Int16.self)
    case .uint8:
      return try narrowed(layout, message.int32_data, message.n_int32_data, to: UInt8.self)
    case .uint16:
      return try narrowed(layout, message.int32_data, message.n_int32_data, to: UInt16.self)
    case .bool:
      return try booleans(message, layout)
    case .float6E2M3, .float6E3M2:
      return try sixBitPatterns(message, layout)
    default:
      return try bitPatterns(message, layout)
    }
  }

  /// Returns a tensor whose entries have the layout of its elements, or of their halves.
  private func numbers<Entry: BitwiseCopyable>(
    _ layout: TensorLayout, _ entries: UnsafeMutablePointer<Entry>?, _ count: Int, in field: String
  ) throws(FormatError) -> Tensor {
    let perElement = layout.elementType.kind == .complex ? 2 : 1
    // The layout's byte count fits in an Int, hence so does its number of entries.
    try check(count, of: layout, expected: layout.count * perElement)
    let entries = UnsafeBufferPointer(values: entries, count: count)
    return try tensor(layout, of: UnsafeRawBufferPointer(entries), in: field)
  }

  /// Returns a tensor of integers that are stored in a wider type.
  private func narrowed<Entry: FixedWidthInteger & BitwiseCopyable, Scalar>(
    _ layout: TensorLayout, _ entries: UnsafeMutablePointer<Entry>?, _ count: Int,
    to _: Scalar.Type
  ) throws(FormatError) -> Tensor where Scalar: TensorScalar & FixedWidthInteger {
    let entries = UnsafeBufferPointer(values: entries, count: count)
    try check(count, of: layout)
    if let index = entries.firstIndex(where: { Scalar(exactly: $0) == nil }) {
      throw FormatError(
        .invalid, "element \(index) of \(layout) is \(entries[index]), beyond its type"
      ).advising("correct the element type or the data")
    }
    return Tensor(of: Scalar.self, shape: layout.shape) { target in
      for (index, entry) in entries.enumerated() {
        target[index] = Scalar(truncatingIfNeeded: entry)
      }
    }
  }

  private func booleans(
    _ message: Onnx__TensorProto, _ layout: TensorLayout
  ) throws(FormatError) -> Tensor {
    let entries = UnsafeBufferPointer(values: message.int32_data, count: message.n_int32_data)
    try check(entries.count, of: layout)
    return Tensor(of: Bool.self, shape: layout.shape) { target in
      for (index, entry) in entries.enumerated() { target[index] = entry != 0 }
    }
  }

  /// Returns a tensor of elements of 6 bits, each of which is stored as an entry of its own.
  private func sixBitPatterns(
    _ message: Onnx__TensorProto, _ layout: TensorLayout
  ) throws(FormatError) -> Tensor {
    let entries = UnsafeBufferPointer(values: message.int32_data, count: message.n_int32_data)
    try check(entries.count, of: layout)
    if let index = entries.firstIndex(where: { !(0..<64).contains($0) }) {
      throw FormatError(
        .invalid, "entry \(index) of \(layout) is \(entries[index]), more than 6 bits"
      ).advising("int32_data holds the bits of the elements")
    }
    let patterns = Tensor(.uint8, shape: layout.shape) { target in
      for (index, entry) in entries.enumerated() { target[index] = UInt8(entry) }
    }
    return patterns.packed(as: layout.elementType)
  }

  /// Returns a tensor of elements that are stored as the bits of 16-bit words or of bytes; the
  /// bytes of elements of 2 or 4 bits are packed already.
  private func bitPatterns(
    _ message: Onnx__TensorProto, _ layout: TensorLayout
  ) throws(FormatError) -> Tensor {
    let entries = UnsafeBufferPointer(values: message.int32_data, count: message.n_int32_data)
    let width = layout.elementType.isPacked ? 8 : layout.elementType.bitWidth
    try check(entries.count, of: layout, expected: (layout.byteCount ?? 0) / (width / 8))
    // Negative numbers are bit patterns whose sign was extended.
    let allowed = -(Int32(1) << (width - 1))..<(Int32(1) << width)
    if let index = entries.firstIndex(where: { !allowed.contains($0) }) {
      throw FormatError(
        .invalid, "entry \(index) of \(layout) is \(entries[index]), more than \(width) bits"
      ).advising("int32_data holds the bits of the elements")
    }
    return Tensor(layout.elementType, shape: layout.shape) { target in
      for (index, entry) in entries.enumerated() {
        if width == 8 {
          target[index] = UInt8(truncatingIfNeeded: entry)
        } else {
          let bits = UInt16(truncatingIfNeeded: entry)
          target.storeBytes(of: bits.littleEndian, toByteOffset: index * 2, as: UInt16.self)
        }
      }
    }
  }

  private func strings(
    _ message: Onnx__TensorProto, _ layout: TensorLayout
  ) throws(FormatError) -> Tensor {
    let entries = UnsafeBufferPointer(values: message.string_data, count: message.n_string_data)
    try check(entries.count, of: layout)
    return Tensor(
      shape: layout.shape,
      strings: entries.map { ByteString(bytes: UnsafeRawBufferPointer(field: $0)) })
  }

  private func check(
    _ count: Int, of layout: TensorLayout, expected: Int? = nil
  ) throws(FormatError) {
    let expected = expected ?? layout.count
    guard count != expected else { return }
    let field = layout.elementType.typedField
    let found = count == 0 ? "there is no data" : "\(field) has \(count)"
    throw FormatError(.invalid, "\(layout) takes \(expected) entries, but \(found)")
      .advising("correct the shape, the element type or the data")
  }
}
