/// Protobuf fields written by hand, so that tests can write wrong ones.
enum Wire {
  /// Returns a number in base 128, in its shortest form or in `length` bytes.
  static func varint(_ value: UInt64, length: Int = 1) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 || bytes.count + 1 < length {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  /// Returns the tag of a field.
  static func tag(_ number: UInt64, _ type: UInt64) -> [UInt8] { varint(number << 3 | type) }

  /// Returns a field with a number.
  static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] { tag(field, 0) + varint(value) }

  /// Returns a field with bytes, a packed run or a message.
  static func bytes(_ field: UInt64, _ content: [UInt8]) -> [UInt8] {
    tag(field, 2) + varint(UInt64(content.count)) + content
  }

  /// Returns a field with a text.
  static func text(_ field: UInt64, _ content: String) -> [UInt8] {
    bytes(field, Array(content.utf8))
  }

  /// Returns a field with four bytes.
  static func fixed32(_ field: UInt64, _ value: UInt32) -> [UInt8] {
    tag(field, 5) + (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  /// Returns a field with eight bytes.
  static func fixed64(_ field: UInt64, _ value: UInt64) -> [UInt8] {
    tag(field, 1) + (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  /// Returns a group of fields.
  static func group(_ field: UInt64, _ content: [UInt8]) -> [UInt8] {
    tag(field, 3) + content + tag(field, 4)
  }

  /// Returns a message inside itself: `content` inside `depth` fields.
  static func nested(_ fields: [UInt64], depth: Int, around content: [UInt8] = []) -> [UInt8] {
    // Built backward: a prefix per level, so that the cost stays linear.
    var reversed = Array(content.reversed())
    for level in (0..<depth).reversed() {
      let prefix = tag(fields[level % fields.count], 2) + varint(UInt64(reversed.count))
      reversed.append(contentsOf: prefix.reversed())
    }
    return reversed.reversed()
  }
}

extension Wire {
  /// A valid model of less than 200 bytes with a field of each kind.
  static let smallModel: [UInt8] = {
    let shape = bytes(2, bytes(1, number(1, 3)) + bytes(1, text(2, "n")))
    let type = bytes(2, bytes(1, number(1, 1) + shape))
    let attribute = text(1, "a") + fixed32(2, 0x3f80_0000) + number(3, .max) + number(8, 5)
    let weights =
      number(1, 2) + number(2, 1) + bytes(4, [0, 0, 128, 63, 0, 0, 0, 64])
      + bytes(7, [1, 0xff, 1]) + text(8, "w") + bytes(9, [1, 2, 3])
    let node = text(1, "x") + text(1, "w") + text(2, "y") + text(4, "Add") + bytes(5, attribute)
    let graph =
      bytes(1, node) + text(2, "g") + bytes(5, weights) + bytes(11, text(1, "x") + type)
      + bytes(12, text(1, "y"))
    return number(1, 10) + text(2, "test") + bytes(7, graph) + bytes(8, number(2, 21))
      + number(99, 1)
  }()
}
