import FlatBuffers

// The tables of Schemas/edge.fbs; a test compares them with the schema.

/// Unsigned numbers in one of four widths.
enum ColumnTable {
  static let u8 = TableField<FlatVector<UInt8>>(0, "u8")
  static let u16 = TableField<FlatVector<UInt16>>(1, "u16")
  static let u32 = TableField<FlatVector<UInt32>>(2, "u32")
  static let u64 = TableField<FlatVector<UInt64>>(3, "u64")
  static let schema = TableSchema("Column", [u8.erased, u16.erased, u32.erased, u64.erased])
}

extension TableField<FlatTable> {
  /// Declares a column.
  init(column id: Int, _ name: String) { self.init(id, name, ColumnTable.schema) }
}

/// Bytes that should be text but are not UTF-8.
enum BytesTable {
  static let bytes = TableField<FlatVector<UInt8>>(0, "bytes")
  static let schema = TableSchema("Bytes", [bytes.erased])
}

/// Many texts in one.
enum TextsTable {
  static let text = TableField<String>(0, "text")
  static let ends = TableField<FlatTable>(column: 1, "ends")
  static let schema = TableSchema("Texts", [text.erased, ends.erased])
}
