/// A position in text of the project's own notations: dimensions, types and graphs.
package struct TextScanner: Sendable {
  package let bytes: [UInt8]

  /// The byte that is read next.
  package var position = 0

  package init(_ text: String) { bytes = Array(text.utf8) }

  /// The next byte; nil at the end.
  package var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Returns the byte `distance` after the next one; nil beyond the end.
  package func peek(_ distance: Int) -> UInt8? {
    position + distance < bytes.count ? bytes[position + distance] : nil
  }

  /// Moves past spaces, line ends and comments, which start with `//` where `comments` is set.
  package mutating func skipSpace(comments: Bool = false) {
    while let byte = next {
      if byte == UInt8(ascii: " ") || (9...13).contains(byte) {
        position += 1
      } else if comments, byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
        while let byte = next, byte != UInt8(ascii: "\n") { position += 1 }
      } else {
        return
      }
    }
  }

  /// Moves past `text` when it comes next.
  package mutating func take(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - position >= count else { return false }
    for index in 0..<count where bytes[position + index] != text.utf8Start[index] { return false }
    position += count
    return true
  }

  /// Moves past the bytes that `belongs` accepts and returns them as text.
  package mutating func take(while belongs: (UInt8) -> Bool) -> String {
    let start = position
    while let byte = next, belongs(byte) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Moves past a word: letters, digits, `_` and `.` that do not start with a digit or `.`.
  package mutating func takeWord() -> String? {
    guard let byte = next, byte.isWordStart else { return nil }
    return take(while: \.isWordPart)
  }

  /// Moves past a string in quotation marks; nil, and no move, when it is not well formed.
  package mutating func takeString() -> [UInt8]? {
    let start = position
    guard take("\"") else { return nil }
    var contents: [UInt8] = []
    while let byte = next {
      position += 1
      if byte == UInt8(ascii: "\"") { return contents }
      guard byte != UInt8(ascii: "\\") else {
        guard let byte = takeEscape() else { break }
        contents.append(byte)
        continue
      }
      contents.append(byte)
    }
    position = start
    return nil
  }

  private mutating func takeEscape() -> UInt8? {
    guard let byte = next else { return nil }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return UInt8(ascii: "\n")
    case UInt8(ascii: "r"): return UInt8(ascii: "\r")
    case UInt8(ascii: "t"): return UInt8(ascii: "\t")
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): return byte
    case UInt8(ascii: "x"):
      guard let high = next?.hexDigit, let low = peek(1)?.hexDigit else { return nil }
      position += 2
      return high << 4 | low
    default: return nil
    }
  }
}

extension UInt8 {
  /// Whether the byte is one of `0` to `9`.
  package var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  /// Whether a word can start with the byte.
  package var isWordStart: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) || self == UInt8(ascii: "_")
  }

  /// Whether a word can go on with the byte.
  package var isWordPart: Bool { isWordStart || isDigit || self == UInt8(ascii: ".") }

  /// The value of a hexadecimal digit in either case.
  package var hexDigit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
