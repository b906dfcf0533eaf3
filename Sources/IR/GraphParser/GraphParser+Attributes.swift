import Tensors

extension GraphParser {
  /// Reads `= value`, after the name of an attribute.
  mutating func parseEntry(
    named name: String, of attributes: inout Attributes
  ) throws(TextError) {
    guard attributes[name] == nil else { throw error("attribute '\(name)' is given twice") }
    try expect("=", "after the name of an attribute")
    attributes[name] = isNext("[") ? try parseList() : try parseValue()
  }

  private mutating func parseValue() throws(TextError) -> Attribute {
    guard let byte = peek() else { throw error("expected a value, found \(found)") }
    switch byte {
    case UInt8(ascii: "\""): return .string(ByteString(bytes: try parseBytes()))
    case UInt8(ascii: "@"): return try parseReference()
    case UInt8(ascii: "-"): return try parseNumber()
    case _ where byte.isDigit: return try parseNumber()
    default: return try parseKeyword()
    }
  }

  private mutating func parseNumber() throws(TextError) -> Attribute {
    let start = scanner.position
    let token = scanner.take(while: \.isNumberPart)
    if let number = Int64(token) { return .int(number) }
    let isInteger = token.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: "-") }
    guard !isInteger, token.isNumber, let number = Float(token) else {
      throw error("'\(token.prefix(40))' is no number that an attribute can hold", at: start)
    }
    return .float(number)
  }

  private mutating func parseKeyword() throws(TextError) -> Attribute {
    let start = scanner.position
    switch scanner.takeWord() {
    case "block": return .block(try parseBlock())
    case "type": return .type(try parseType())
    case "inf": return .float(.infinity)
    case "nan": return .float(.nan)
    case "float" where scanner.take("("): return try parseBits()
    case let word? where word == "any" || word == "sparse" || ElementType(name: word) != nil:
      scanner.position = start
      return .tensor(try parseLiteral(declared: nil))
    case let word?:
      guard let kind = Attribute.Kind(text: word), isNext("[") else { break }
      try expect("[", "for an empty list")
      try expect("]", "for an empty list")
      guard let list = Attribute(emptyListOf: kind) else { break }
      return list
    case nil: break
    }
    scanner.position = start
    throw error("expected the value of an attribute, found \(found)")
  }

  private mutating func parseBits() throws(TextError) -> Attribute {
    try expect("0x", "before the bits of a number")
    let digits = scanner.take(while: \.isWordPart)
    guard let bits = UInt32(digits, radix: 16) else {
      throw error("'\(digits.prefix(40))' are not the bits of a float32")
    }
    try expect(")", "after the bits of a number")
    return .float(Float(bitPattern: bits))
  }

  private mutating func parseReference() throws(TextError) -> Attribute {
    try expect("@", "before the name of an attribute")
    let name = try parseName("the name of an attribute")
    try expect(":", "between the name and the kind of an attribute")
    let kind = try parseName("the kind of an attribute")
    guard let kind = Attribute.Kind(text: kind) else {
      throw error("'\(kind)' is no kind of attribute", remedy: "write int, floats, graph, …")
    }
    return .reference(name: name, kind: kind)
  }
}

// MARK: - Lists

extension GraphParser {
  private mutating func parseList() throws(TextError) -> Attribute {
    let start = scanner.position
    var values: [Attribute] = []
    try expect("[", "before a list")
    try parseItems(until: "]", "after a list") { parser throws(TextError) in
      values.append(try parser.parseValue())
    }
    guard !values.isEmpty else {
      throw error(
        "an empty list has no kind", at: start, remedy: "write ints [], floats [] or strings []")
    }
    guard let list = Attribute(listOf: values) else {
      throw error("the elements of a list are of different kinds", at: start)
    }
    return list
  }
}

extension Attribute {
  /// Creates the list of single values, or nil when they are not of one kind.
  fileprivate init?(listOf values: [Attribute]) {
    let ints = values.compactMap(\.int)
    let floats = values.compactMap(\.float)
    let strings = values.compactMap(\.string)
    let tensors = values.compactMap(\.tensor)
    let blocks = values.compactMap(\.block)
    let types = values.compactMap(\.type)
    let count = values.count
    if ints.count == count {
      self = .ints(ints)
    } else if floats.count == count {
      self = .floats(floats)
    } else if strings.count == count {
      self = .strings(strings)
    } else if tensors.count == count {
      self = .tensors(tensors)
    } else if blocks.count == count {
      self = .blocks(blocks)
    } else if types.count == count {
      self = .types(types)
    } else {
      return nil
    }
  }

  fileprivate init?(emptyListOf kind: Kind) {
    switch kind {
    case .ints: self = .ints([])
    case .floats: self = .floats([])
    case .strings: self = .strings([])
    case .tensors: self = .tensors([])
    case .graphs: self = .blocks([])
    case .types: self = .types([])
    default: return nil
    }
  }

  private var int: Int64? { if case .int(let value) = self { value } else { nil } }
  private var string: ByteString? { if case .string(let value) = self { value } else { nil } }
  private var tensor: Tensor? { if case .tensor(let value) = self { value } else { nil } }
  private var block: BlockID? { if case .block(let value) = self { value } else { nil } }
  private var type: ValueType? { if case .type(let value) = self { value } else { nil } }

  /// The number; an integer counts where it stands among floats.
  private var float: Float? {
    if case .float(let value) = self { return value }
    return int.map { Float($0) }
  }
}

extension Attribute.Kind {
  fileprivate init?(text: String) {
    guard let kind = Self.allCases.first(where: { $0.text == text }) else { return nil }
    self = kind
  }
}
