import FlatBuffers
import FormatSupport

/// Many texts in one string; texts that are left out are empty.
struct TextColumn: @unchecked Sendable {
  let count: Int
  private let bytes: UnsafeRawBufferPointer
  private let ends: Column

  /// Makes a column of empty texts.
  init(empty count: Int) {
    self.count = count
    bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    ends = Column(zeros: count, name: "ends")
  }

  /// Checks that the texts are UTF-8 and follow each other; without `count` any number will do.
  init(_ table: FlatTable, count: Int? = nil) throws(FormatError) {
    let bytes = try table.bytes(of: TextsTable.text) ?? UnsafeRawBufferPointer(start: nil, count: 0)
    _ = try table.value(of: TextsTable.text)
    ends = try table.column(TextsTable.ends)
    guard count == nil || ends.count == count else {
      throw FormatError(
        .invalid, "there are \(ends.count) texts instead of \(count ?? 0)", path: ["ends"])
    }
    var start = 0
    for index in 0..<ends.count {
      let end = ends[index]
      // A byte 10xxxxxx continues a character.
      guard end >= start, end <= bytes.count, end == bytes.count || bytes[end] & 0xc0 != 0x80
      else { throw ends.invalid("a text cannot end at byte \(end)", at: index) }
      start = end
    }
    guard start == bytes.count else {
      throw FormatError(
        .invalid, "the texts have \(start) of \(bytes.count) bytes", path: ["text"])
    }
    self.bytes = bytes
    self.count = ends.count
  }

  /// The text at an index below ``count``.
  subscript(index: Int) -> String {
    let start = index == 0 ? 0 : ends[index - 1]
    let end = ends[index]
    return start == end ? "" : String(decoding: bytes[start..<end], as: UTF8.self)
  }
}

extension FlatTable {
  /// Returns `count` texts, empty ones when the field is left out.
  func texts(
    _ field: TableField<FlatTable>, count: Int
  ) throws(FormatError) -> TextColumn {
    guard let table = try value(of: field) else { return TextColumn(empty: count) }
    return try locating(field.name) { () throws(FormatError) in
      try TextColumn(table, count: count)
    }
  }
}
