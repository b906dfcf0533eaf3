import FormatSupport

/// A value in Python's notation, as the header of a `.npy` file holds it.
indirect enum PythonLiteral: Hashable {
  case none
  case bool(Bool)
  case int(Int)
  case string(String)
  /// A tuple or a list.
  case sequence([PythonLiteral])
  case dictionary([Pair])

  /// A key and its value.
  struct Pair: Hashable {
    var key: PythonLiteral
    var value: PythonLiteral
  }
}

extension PythonLiteral {
  /// Reads the one value that `text` consists of; `offset` is its place in the file.
  init(parsing text: UnsafeRawBufferPointer, at offset: Int) throws(FormatError) {
    var parser = PythonLiteralParser(bytes: text, origin: offset)
    self = try parser.value(depth: 0)
    parser.skipSpaces()
    guard parser.next == nil else { throw parser.error("the header goes on after its dictionary") }
  }
}

/// A recursive-descent parser of the literals that NumPy writes.
private struct PythonLiteralParser {
  let bytes: UnsafeRawBufferPointer
  let origin: Int
  var position = 0

  init(bytes: UnsafeRawBufferPointer, origin: Int) {
    self.bytes = bytes
    self.origin = origin
  }

  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  func error(_ message: String) -> FormatError {
    FormatError(.malformed, message, at: origin + position)
  }

  mutating func skipSpaces() {
    while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard let next, next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func value(depth: Int) throws(FormatError) -> PythonLiteral {
    guard depth < 8 else { throw error("the header is nested too deeply") }
    if take("{") { return try dictionary(depth) }
    if take("(") { return .sequence(try elements(until: ")", depth)) }
    if take("[") { return .sequence(try elements(until: "]", depth)) }
    guard let next else { throw error("the header ends within its dictionary") }
    switch Unicode.Scalar(next) {
    case "'", "\"": return .string(try string())
    case "-", "0"..."9": return .int(try integer())
    default: return try word()
    }
  }

  private mutating func dictionary(_ depth: Int) throws(FormatError) -> PythonLiteral {
    var pairs: [PythonLiteral.Pair] = []
    while !take("}") {
      let key = try value(depth: depth + 1)
      guard take(":") else { throw error("the header lacks ':' after a key") }
      pairs.append(.init(key: key, value: try value(depth: depth + 1)))
      if take(",") { continue }
      guard take("}") else { throw error("the header's dictionary is not closed") }
      break
    }
    return .dictionary(pairs)
  }

  private mutating func elements(
    until close: Unicode.Scalar, _ depth: Int
  ) throws(FormatError) -> [PythonLiteral] {
    var elements: [PythonLiteral] = []
    while !take(close) {
      elements.append(try value(depth: depth + 1))
      if take(",") { continue }
      guard take(close) else { throw error("the header lacks '\(close)'") }
      break
    }
    return elements
  }

  private mutating func string() throws(FormatError) -> String {
    let quote = bytes[position]
    position += 1
    let start = position
    while let byte = next, byte != quote {
      guard byte != UInt8(ascii: "\\"), byte >= 0x20 else {
        throw error("the header has an escape in a string")
      }
      position += 1
    }
    let text = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    guard next == quote, let string = String(validating: text, as: UTF8.self) else {
      throw error("the header has a string that does not end or is not UTF-8")
    }
    position += 1
    return string
  }

  private mutating func integer() throws(FormatError) -> Int {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Int(digits) else { throw error("the number \(digits) is out of range") }
    // Python 2 wrote large extents as 12L.
    if next == UInt8(ascii: "L") { position += 1 }
    return value
  }

  private mutating func word() throws(FormatError) -> PythonLiteral {
    let start = position
    while let byte = next, (UInt8(ascii: "A")...UInt8(ascii: "z")).contains(byte) { position += 1 }
    switch String(decoding: bytes[start..<position], as: UTF8.self) {
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "None": return .none
    default:
      position = start
      throw error("the header is no Python literal")
    }
  }
}
