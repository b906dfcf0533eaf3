import Tensors

extension GraphParser {
  /// Reads the data of a tensor, with its type in front unless that is the declared one.
  mutating func parseLiteral(declared: ValueType?) throws(TextError) -> Tensor {
    scanner.skipSpace(comments: true)
    let start = scanner.position
    var ahead = scanner
    let data = ["true", "false", "inf", "nan", "coordinates"]
    let hasType = ahead.takeWord().map { !data.contains($0) } ?? false
    guard let type = hasType ? try parseType() : declared else {
      throw error("nothing says the type of a tensor", remedy: "write it before the elements")
    }
    switch type {
    case .tensor(let element?, let shape):
      guard let extents = shape?.extents else { break }
      return try parseData(of: element, shape: extents)
    case .sparseTensor(let element?, let shape):
      guard let extents = shape?.extents else { break }
      return try parseSparseData(of: element, shape: extents)
    default: break
    }
    throw error(
      "a tensor cannot be of type \(type.text)", at: start,
      remedy: "write its element type and extents before the elements, such as float32[2]")
  }

  private mutating func parseSparseData(
    of element: ElementType, shape: [Int]
  ) throws(TextError) -> Tensor {
    guard acceptWord("coordinates") else {
      throw error("expected 'coordinates' in a sparse tensor, found \(found)")
    }
    let start = scanner.position
    let indices = try parseLiteral(declared: nil)
    guard acceptWord("values") else {
      throw error("expected 'values' in a sparse tensor, found \(found)")
    }
    let values = try parseData(of: element, shape: Array(indices.shape.prefix(1)))
    guard indices.encoding == .dense,
      let tensor = Tensor(
        element, shape: shape, encoding: .coordinates(indices: indices), storage: values.storage,
        range: values.range)
    else {
      throw error(
        "the coordinates of a sparse tensor are not int64[n] or int64[n, rank]", at: start)
    }
    return tensor
  }

  private mutating func parseData(
    of type: ElementType, shape: [Int]
  ) throws(TextError) -> Tensor {
    if isNext("<") { throw elided("the data of a tensor") }
    guard let count = Tensor.elementCount(of: shape) else {
      throw error("a tensor cannot have the shape \(shape)")
    }
    let start = scanner.position
    if accept("0x") { return try parseHexadecimals(of: type, shape: shape, at: start) }
    var elements: [ByteString] = []
    if accept("[") {
      try parseItems(until: "]", "after the elements of a tensor") { parser throws(TextError) in
        elements.append(try parser.parseElement(of: type))
      }
    } else if shape.isEmpty {
      elements = [try parseElement(of: type)]
    } else {
      throw error("expected the elements of a tensor, found \(found)")
    }
    guard elements.count == count else {
      throw error(
        "\(type)\(shape) holds \(count) elements, not \(elements.count)", at: start)
    }
    if type == .string { return Tensor(shape: shape, strings: elements) }
    let texts = elements.map(\.description)
    guard let tensor = Tensor(elements: texts, of: type, shape: shape) else {
      let wrong = texts.first { Tensor(elements: [$0], of: type, shape: []) == nil } ?? ""
      throw error("'\(wrong.prefix(40))' is no element of type \(type)", at: start)
    }
    return tensor
  }

  private mutating func parseElement(of type: ElementType) throws(TextError) -> ByteString {
    guard type != .string else { return ByteString(bytes: try parseBytes()) }
    scanner.skipSpace(comments: true)
    let token = scanner.take(while: \.isNumberPart)
    guard !token.isEmpty else { throw error("expected an element of type \(type), found \(found)") }
    return ByteString(token)
  }

  private mutating func parseHexadecimals(
    of type: ElementType, shape: [Int], at start: Int
  ) throws(TextError) -> Tensor {
    let first = scanner.position
    while scanner.next?.hexDigit != nil { scanner.position += 1 }
    let digits = scanner.bytes[first..<scanner.position]
    guard let count = Tensor.elementCount(of: shape).flatMap(type.byteCount(forElements:)),
      digits.count % 2 == 0, digits.count / 2 == count
    else {
      throw error(
        "\(digits.count) hexadecimal digits are not the bytes of \(type)\(shape)", at: start)
    }
    return Tensor(type, shape: shape) { bytes in
      for index in bytes.indices {
        let high = digits[first + 2 * index].hexDigit ?? 0
        let low = digits[first + 2 * index + 1].hexDigit ?? 0
        bytes[index] = high << 4 | low
      }
    }
  }
}
