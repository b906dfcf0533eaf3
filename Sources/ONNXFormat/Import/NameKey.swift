import CONNX
import Glibc
import Tensors

/// A name in a message as a key of a table: its bytes where they lie, without a copy.
///
/// Names are equal when their bytes are, whatever Unicode says of them. A key is valid as long as
/// the message.
struct NameKey: Hashable {
  private let bytes: UnsafeRawBufferPointer

  /// Names a string field; an absent one is empty.
  init(_ field: UnsafePointer<CChar>?) {
    bytes = UnsafeRawBufferPointer(start: field, count: field.map { strlen($0) } ?? 0)
  }

  /// Whether the name is left out.
  var isEmpty: Bool { bytes.isEmpty }

  /// The name as Swift text, repaired where it is not UTF-8.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  static func == (left: NameKey, right: NameKey) -> Bool {
    guard left.bytes.count == right.bytes.count else { return false }
    guard let first = left.bytes.baseAddress, let second = right.bytes.baseAddress else {
      return true
    }
    return memcmp(first, second, left.bytes.count) == 0
  }

  func hash(into hasher: inout Hasher) { hasher.combine(bytes: bytes) }
}

extension String {
  /// The text, cut to what a message can hold.
  var shortened: String {
    // By scalars: one character may have any number of them.
    utf8.count > 120 ? "\(String(unicodeScalars.prefix(100)))…" : self
  }

  /// The text between quotation marks on one line, cut to what a message can hold.
  var quotedBriefly: String { shortened.quoted }
}
