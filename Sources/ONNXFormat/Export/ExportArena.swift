import CONNX
import FormatSupport
import IR

/// The memory of the messages of one export, with the texts that occur often.
final class ExportArena {
  let messages: MessageArena
  private var texts: [String: UnsafeMutablePointer<CChar>] = [:]

  init() throws(FormatError) { messages = try MessageArena() }

  /// Returns a text as a string field: nil, an absent field, when it is empty.
  func optional(_ text: String) throws(FormatError) -> UnsafeMutablePointer<CChar>? {
    text.isEmpty ? nil : try messages.copy(text)
  }

  /// Returns a text that is likely to occur again, such as the name of an operator.
  func shared(_ text: String) throws(FormatError) -> UnsafeMutablePointer<CChar> {
    if let known = texts[text] { return known }
    let copy = try messages.copy(text)
    texts[text] = copy
    return copy
  }

  /// Returns pairs as a repeated field with its count.
  func pairs(
    _ entries: [MetadataEntry]
  ) throws(FormatError) -> (
    UnsafeMutablePointer<UnsafeMutablePointer<Onnx__StringStringEntryProto>?>?, Int
  ) {
    guard !entries.isEmpty else { return (nil, 0) }
    let array = try messages.makeMessages(
      of: Onnx__StringStringEntryProto.self, count: entries.count)
    for (index, entry) in entries.enumerated() {
      array[index]?.pointee.key = try shared(entry.key)
      array[index]?.pointee.value = try messages.copy(entry.value)
    }
    return (array, entries.count)
  }

  /// Returns pointers as a repeated field with its count.
  func list<Message>(
    _ pointers: [UnsafeMutablePointer<Message>]
  ) throws(FormatError) -> (UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, Int) {
    guard !pointers.isEmpty else { return (nil, 0) }
    return (try messages.copy(pointers.map(Optional.some)), pointers.count)
  }
}
