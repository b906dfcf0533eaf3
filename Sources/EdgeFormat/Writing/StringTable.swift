import FlatBuffers
import Tensors

/// Texts by number, each once; number 0 is the empty one.
struct StringTable {
  private(set) var texts: [String] = []
  private var numbers: [String: UInt32] = [:]
  private var byteStrings: [ByteString] = []
  private var byteNumbers: [ByteString: UInt32] = [:]

  /// Returns the number of a text.
  mutating func number(of text: String) -> UInt32 {
    if texts.isEmpty { append("") }
    return numbers[text] ?? append(text)
  }

  /// Returns the number of bytes that are not UTF-8.
  mutating func number(of bytes: ByteString) -> UInt32 {
    if let number = byteNumbers[bytes] { return number }
    let number = UInt32(byteStrings.count)
    byteStrings.append(bytes)
    byteNumbers[bytes] = number
    return number
  }

  @discardableResult
  private mutating func append(_ text: String) -> UInt32 {
    let number = UInt32(texts.count)
    texts.append(text)
    numbers[text] = number
    return number
  }

  /// Adds the bytes that are not UTF-8 to a buffer.
  func addByteStrings(to builder: inout FlatBufferBuilder) -> FlatOffset<FlatTables>? {
    guard !byteStrings.isEmpty else { return nil }
    let tables = byteStrings.map { string in
      let vector = builder.add(string.bytes)
      return builder.addTable { $0.set(BytesTable.bytes, to: vector) }
    }
    return builder.add(tables)
  }
}
