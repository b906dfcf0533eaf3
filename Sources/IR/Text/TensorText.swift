import Tensors

extension Tensor {
  /// The elements in decimal, or in quotation marks, such that ``init(elements:of:shape:)`` makes
  /// the same tensor of them; nil where only the bytes can.
  ///
  /// - Precondition: the tensor is dense.
  func elementTexts() -> [String]? {
    if elementType == .string { return strings.map(\.quoted) }
    guard let texts = numberTexts(),
      Tensor(elements: texts, of: elementType, shape: shape) == self
    else { return nil }
    return texts
  }

  /// The bytes as hexadecimal digits in the order in which they are stored.
  var hexadecimalText: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 2 * bytes.count + 2) { buffer in
      buffer[0] = UInt8(ascii: "0")
      buffer[1] = UInt8(ascii: "x")
      for (index, byte) in bytes.enumerated() {
        buffer[2 * index + 2] = digits[Int(byte >> 4)]
        buffer[2 * index + 3] = digits[Int(byte & 15)]
      }
      return 2 * bytes.count + 2
    }
  }

  private func numberTexts() -> [String]? {
    switch elementType {
    case .string, .complex64, .complex128: nil
    case .bool: bytes.map { $0 == 0 ? "false" : "true" }
    case .float64: scalars(of: Double.self).map(\.description)
    case .float16: scalars(of: Float16.self).map(\.description)
    case .uint64: scalars(of: UInt64.self).map(\.description)
    case _ where isFloatingPoint: converted(to: .float32).scalars(of: Float.self).map(\.description)
    default: converted(to: .int64).scalars(of: Int64.self).map(\.description)
    }
  }

  private var isFloatingPoint: Bool { elementType.isFloatingPoint }
}

// MARK: - Reading

extension Tensor {
  /// Creates a tensor of numbers as the text form writes them; nil when one of them is none of the
  /// type, or when they are not as many as the shape holds.
  init?(elements: [String], of type: ElementType, shape: [Int]) {
    guard Tensor.elementCount(of: shape) == elements.count else { return nil }
    let tensor: Tensor?
    switch type {
    case .string, .complex64, .complex128: return nil
    case .bool: tensor = Tensor(elements, shape) { ["false": false, "true": true][$0] }
    case .float64: tensor = Tensor(elements, shape) { $0.isNumber ? Double($0) : nil }
    case .float16: tensor = Tensor(elements, shape) { $0.isNumber ? Float16($0) : nil }
    case .uint64: tensor = Tensor(elements, shape) { UInt64($0) }
    case _ where type.isFloatingPoint:
      tensor = Tensor(elements, shape) { $0.isNumber ? Float($0) : nil }?.converted(to: type)
    default:
      let range = type.integerRange
      tensor = Tensor(elements, shape) { text -> Int64? in
        Int64(text).flatMap { range.contains($0) ? $0 : nil }
      }?.converted(to: type)
    }
    guard let tensor else { return nil }
    self = tensor
  }

  private init?<Scalar: TensorScalar>(
    _ elements: [String], _ shape: [Int], _ scalar: (String) -> Scalar?
  ) {
    let scalars = elements.compactMap(scalar)
    guard scalars.count == elements.count else { return nil }
    self.init(shape: shape, scalars: scalars)
  }
}

extension String {
  /// Whether the text is a number as the text form writes it: `-1.5e-3`, `inf` or `nan`.
  var isNumber: Bool {
    let magnitude = utf8.first == UInt8(ascii: "-") ? dropFirst() : self[...]
    if magnitude == "inf" || magnitude == "nan" { return true }
    return magnitude.utf8.first?.isDigit ?? false
      && magnitude.utf8.allSatisfy {
        $0.isDigit || $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e")
          || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+")
      }
  }
}
