public import FormatSupport

/// A table of a FlatBuffer: fields by number, each of which may be left out.
public struct FlatTable: Sendable {
  let buffer: FlatBuffer
  let position: Int
  private let layout: Int
  private let layoutSize: Int
  private let size: Int

  /// Finds the table at a position and checks its layout.
  init(buffer: FlatBuffer, position: Int) throws(FormatError) {
    let distance = Int(try buffer.load(Int32.self, at: position))
    let layout = position - distance
    let layoutSize = Int(try buffer.load(UInt16.self, at: layout))
    guard layoutSize >= 4, layoutSize % 2 == 0 else {
      throw buffer.malformed("a table's layout of \(layoutSize) bytes is none", at: layout)
    }
    try buffer.check(layout, holds: layoutSize, alignment: 2)
    let size = Int(try buffer.load(UInt16.self, at: layout + 2))
    guard size >= 4 else {
      throw buffer.malformed("a table of \(size) bytes is none", at: layout + 2)
    }
    try buffer.check(position, holds: size, alignment: 4)
    self.buffer = buffer
    self.position = position
    self.layout = layout
    self.layoutSize = layoutSize
    self.size = size
  }

  /// Returns where the table holds field `id` of `width` bytes, or nil when it leaves it out.
  func place(ofField id: Int, width: Int) throws(FormatError) -> Int? {
    let slot = 4 + 2 * id
    guard slot + 2 <= layoutSize else { return nil }
    let offset = Int(try buffer.load(UInt16.self, at: layout + slot))
    guard offset != 0 else { return nil }
    guard offset >= 4, offset + width <= size else {
      throw buffer.malformed(
        "field \(id) at \(offset) leaves its table of \(size) bytes", at: layout + slot)
    }
    try buffer.check(position + offset, holds: width, alignment: width)
    return position + offset
  }

  /// Returns the position to which field `id` leads, or nil when the table leaves it out.
  func target(ofField id: Int) throws(FormatError) -> Int? {
    guard let place = try place(ofField: id, width: 4) else { return nil }
    return try buffer.target(ofOffsetAt: place)
  }
}

// MARK: - Fields

extension FlatTable {
  /// Returns a number, or zero when the table leaves it out.
  public func value<Scalar: FlatScalar>(
    of field: TableField<Scalar>
  ) throws(FormatError) -> Scalar {
    try field.locating { () throws(FormatError) in
      let place = try place(ofField: field.id, width: MemoryLayout<Scalar>.size)
      guard let place else { return .zero }
      return try buffer.load(Scalar.self, at: place)
    }
  }

  /// Returns a text, or nil when the table leaves it out.
  public func value(of field: TableField<String>) throws(FormatError) -> String? {
    try field.locating { () throws(FormatError) in
      guard let target = try target(ofField: field.id) else { return nil }
      return try buffer.text(at: target)
    }
  }

  /// Returns the bytes of a string, whatever they are, or nil when the table leaves it out.
  public func bytes(
    of field: TableField<String>
  ) throws(FormatError) -> UnsafeRawBufferPointer? {
    try field.locating { () throws(FormatError) in
      guard let target = try target(ofField: field.id) else { return nil }
      return try buffer.stringBytes(at: target)
    }
  }

  /// Returns a vector of numbers, or nil when the table leaves it out.
  public func value<Scalar: FlatScalar>(
    of field: TableField<FlatVector<Scalar>>
  ) throws(FormatError) -> FlatVector<Scalar>? {
    try field.locating { () throws(FormatError) in
      guard let target = try target(ofField: field.id) else { return nil }
      return try FlatVector(buffer: buffer, position: target)
    }
  }

  /// Returns a vector of strings, or nil when the table leaves it out.
  public func value(of field: TableField<FlatStrings>) throws(FormatError) -> FlatStrings? {
    try field.locating { () throws(FormatError) in
      guard let target = try target(ofField: field.id) else { return nil }
      return try FlatStrings(buffer: buffer, position: target)
    }
  }

  /// Returns a nested table, or nil when the table leaves it out.
  public func value(of field: TableField<FlatTable>) throws(FormatError) -> FlatTable? {
    try field.locating { () throws(FormatError) in
      guard let target = try target(ofField: field.id) else { return nil }
      return try FlatTable(buffer: buffer, position: target)
    }
  }

  /// Returns a vector of tables, or nil when the table leaves it out.
  public func value(of field: TableField<FlatTables>) throws(FormatError) -> FlatTables? {
    try field.locating { () throws(FormatError) in
      guard let target = try target(ofField: field.id) else { return nil }
      return try FlatTables(buffer: buffer, position: target)
    }
  }
}
