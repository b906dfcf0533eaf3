extension String {
  /// The text in quotation marks, as ``TextScanner/takeString()`` reads it.
  package var quoted: String { ByteString(self).quoted }

  /// Whether the text is a word of ``TextScanner``: letters, digits, `_` and `.`.
  package var isWord: Bool {
    utf8.first?.isWordStart ?? false && utf8.allSatisfy(\.isWordPart)
  }

  /// The text, in quotation marks unless it is a word.
  package var quotedUnlessWord: String { isWord ? self : quoted }
}

extension ByteString {
  /// The bytes in quotation marks: line ends, control characters and whatever is not UTF-8 as
  /// escapes.
  package var quoted: String {
    let isText = text != nil
    var result: [UInt8] = [UInt8(ascii: "\"")]
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\n"): result += Array("\\n".utf8)
      case UInt8(ascii: "\r"): result += Array("\\r".utf8)
      case UInt8(ascii: "\t"): result += Array("\\t".utf8)
      case UInt8(ascii: "\\"), UInt8(ascii: "\""): result += [UInt8(ascii: "\\"), byte]
      case 0x20..<0x7f: result.append(byte)
      case 0x80... where isText: result.append(byte)
      default:
        result += Array((byte < 16 ? "\\x0" : "\\x").utf8) + Array(String(byte, radix: 16).utf8)
      }
    }
    result.append(UInt8(ascii: "\""))
    return String(decoding: result, as: UTF8.self)
  }
}
