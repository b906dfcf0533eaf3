import FormatSupport
import Tensors

/// A tensor in the form in which a `.npy` file holds it.
struct EncodedArray {
  /// What precedes the elements.
  let header: [UInt8]
  private let contents: Tensor

  /// Lays out a tensor, in a type that NumPy has.
  ///
  /// - Throws: ``FormatError`` for a sparse tensor whose indices are outside of its shape, and for
  ///   strings that end with a zero, which NumPy cuts off.
  init(_ tensor: Tensor) throws(FormatError) {
    guard let dense = tensor.decoded() else {
      throw FormatError(.invalid, "a sparse tensor has indices outside of its shape")
    }
    if dense.elementType == .string {
      self = try EncodedArray(strings: dense.strings, shape: dense.shape)
      return
    }
    let type = Self.storedType(of: dense.elementType)
    guard let descriptor = NumPyType.descriptor(of: type) else {
      throw FormatError(.unsupported, "NumPy has no type for \(type)")
    }
    contents = dense.converted(to: type)
    header = NumPyHeader.encoded(descriptor: descriptor, shape: dense.shape)
  }

  /// Lays strings out as text or, when one is not UTF-8, as bytes.
  private init(strings: [ByteString], shape: [Int]) throws(FormatError) {
    if let string = strings.first(where: { $0.bytes.last == 0 }) {
      throw FormatError(
        .unsupported, "the string \(string.bytes.count) bytes long ends with a zero byte",
        remedy: "NumPy cuts such zeros off: write the tensor in another format")
    }
    let texts = strings.compactMap(\.text)
    let isText = texts.count == strings.count
    let words = isText ? texts.map { Array($0.unicodeScalars) } : []
    // NumPy itself gives arrays of empty strings a width of one.
    let width = max(1, (isText ? words.map(\.count) : strings.map(\.bytes.count)).max() ?? 1)
    let size = isText ? width * 4 : width
    contents = Tensor(.uint8, shape: [strings.count, size]) { target in
      target.initializeMemory(as: UInt8.self, repeating: 0)
      for index in strings.indices {
        if isText {
          for (place, scalar) in words[index].enumerated() {
            target.storeBytes(
              of: scalar.value.littleEndian, toByteOffset: index * size + place * 4,
              as: UInt32.self)
          }
        } else {
          UnsafeMutableRawBufferPointer(rebasing: target[(index * size)...])
            .copyBytes(from: strings[index].bytes)
        }
      }
    }
    header = NumPyHeader.encoded(descriptor: isText ? "<U\(width)" : "|S\(width)", shape: shape)
  }

  /// The number of bytes, header included.
  var byteCount: Int { header.count + contents.bytes.count }

  /// Calls `body` with the elements' bytes.
  func withContents<Result>(
    _ body: (UnsafeRawBufferPointer) throws(FormatError) -> Result
  ) throws(FormatError) -> Result {
    defer { withExtendedLifetime(contents) {} }
    return try body(contents.bytes)
  }

  /// Returns the smallest type of NumPy that holds every value of a type.
  private static func storedType(of type: ElementType) -> ElementType {
    switch type {
    case .int4, .int2: .int8
    case .uint4, .uint2: .uint8
    case .bfloat16, .float4E2M1, .float6E2M3, .float6E3M2, .float8E4M3FN, .float8E4M3FNUZ,
      .float8E5M2, .float8E5M2FNUZ,
      .float8E8M0:
      .float32
    default: type
    }
  }
}
