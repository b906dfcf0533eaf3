import Tensors

extension GraphParser {
  /// Reads a type such as `float32[batch, 3]` or `sequence(int64)`.
  mutating func parseType() throws(TextError) -> ValueType {
    try nested { parser throws(TextError) in try parser.parseTypeHere() }
  }

  private mutating func parseTypeHere() throws(TextError) -> ValueType {
    scanner.skipSpace(comments: true)
    let start = scanner.position
    let word = scanner.takeWord() ?? ""
    switch word {
    case "sequence": return .sequence(try parseOperand())
    case "optional": return .optional(try parseOperand())
    case "sparse":
      guard case .tensor(let element, let shape) = try parseOperand() else {
        throw error("a sparse tensor has the type of a tensor in parentheses", at: start)
      }
      return .sparseTensor(element, shape)
    case "map":
      try expect("(", "after 'map'")
      let key = try parseElementType()
      try expect(",", "between the key and the value of a map")
      let value = try parseType()
      try expect(")", "after the type of a map")
      return .map(key: key, value: value)
    case "opaque":
      try expect("(", "after 'opaque'")
      let domain = try parseString()
      try expect(",", "between the domain and the name of a type")
      let name = try parseString()
      try expect(")", "after the name of a type")
      return .opaque(domain: domain, name: name)
    default:
      scanner.position = start
      let element = acceptWord("any") ? nil : try parseElementType()
      return .tensor(element, scanner.next == UInt8(ascii: "[") ? try parseShape() : nil)
    }
  }

  private mutating func parseOperand() throws(TextError) -> ValueType {
    try expect("(", "before a type")
    let type = try parseType()
    try expect(")", "after a type")
    return type
  }

  private mutating func parseElementType() throws(TextError) -> ElementType {
    scanner.skipSpace(comments: true)
    let start = scanner.position
    guard let type = scanner.takeWord().flatMap({ ElementType(name: $0) }) else {
      scanner.position = start
      throw error(
        "expected a type, found \(found)", remedy: "write float32, int64, string, sequence(…), …")
    }
    return type
  }

  private mutating func parseShape() throws(TextError) -> Shape {
    var dimensions: [Dimension] = []
    try expect("[", "before a shape")
    try parseItems(until: "]", "after a shape") { parser throws(TextError) in
      dimensions.append(try parser.parseDimension())
    }
    return Shape(dimensions)
  }

  private mutating func parseDimension() throws(TextError) -> Dimension {
    scanner.skipSpace(comments: true)
    let start = scanner.position
    var parentheses = 0
    while let byte = scanner.next {
      if byte == UInt8(ascii: "\"") {
        _ = try parseBytes()
        continue
      }
      let isEnd = byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
      if isEnd, parentheses == 0 { break }
      if byte == UInt8(ascii: "(") { parentheses += 1 }
      if byte == UInt8(ascii: ")") { parentheses -= 1 }
      scanner.position += 1
    }
    var text = scanner.bytes[start..<scanner.position]
    while text.last == UInt8(ascii: " ") { text.removeLast() }
    let description = String(decoding: text, as: UTF8.self)
    guard let dimension = Dimension(parsing: description) else {
      throw error(
        "'\(description.prefix(60))' is no dimension", at: start,
        remedy: "write a number, '?', or an expression of names such as 2*seq+1")
    }
    return dimension
  }
}
