public import FormatSupport

extension FlatBuffer {
  /// Checks every table, vector and string that `schema` reaches, and returns the root.
  ///
  /// Takes time linear in the buffer: a buffer whose tables share parts so often that a walk
  /// through it would take longer is refused, and so is one nested deeper than `maximumDepth`.
  /// The vectors and strings that a walk meets may be `sharing` times as long as the buffer
  /// together; 1 is enough for buffers that share none, and bounds what their reader does.
  @discardableResult
  public func verify(
    as schema: TableSchema, maximumDepth: Int = 64, sharing: Int = 16
  ) throws(FormatError) -> FlatTable {
    var verifier = FlatBufferVerifier(
      buffer: self, maximumDepth: maximumDepth, sharing: sharing)
    return try verifier.verify(schema)
  }
}

/// A walk through a FlatBuffer with a stack of its own.
private struct FlatBufferVerifier {
  /// A table or a vector of tables, and how much of it is done.
  struct Frame {
    var name: String
    var schema: TableSchema
    var table: FlatTable?
    var tables: FlatTables?
    var next = 0
  }

  let buffer: FlatBuffer
  let maximumDepth: Int
  var stack: [Frame] = []
  /// Each visit needs an offset of four bytes; more visits than offsets means shared tables.
  var visitsLeft: Int
  /// The bytes of vectors and strings that may still follow.
  var bytesLeft: Int

  init(buffer: FlatBuffer, maximumDepth: Int, sharing: Int) {
    self.buffer = buffer
    self.maximumDepth = maximumDepth
    visitsLeft = buffer.bytes.count / 4
    bytesLeft = buffer.bytes.count * sharing
  }

  mutating func verify(_ schema: TableSchema) throws(FormatError) -> FlatTable {
    let root = try buffer.root()
    stack = [Frame(name: "", schema: schema, table: root)]
    do {
      while let frame = stack.last { try step(frame) }
    } catch {
      throw stack.reversed().reduce(error) { $1.name.isEmpty ? $0 : $0.inside($1.name) }
    }
    return root
  }

  private mutating func step(_ frame: Frame) throws(FormatError) {
    let top = stack.count - 1
    stack[top].next += 1
    if let table = frame.table, frame.next < frame.schema.fields.count {
      let field = frame.schema.fields[frame.next]
      do {
        try check(field, of: table)
      } catch {
        throw error.inside(field.name)
      }
    } else if let tables = frame.tables, frame.next < tables.count {
      try spend(1)
      let table = try tables.table(at: frame.next)
      try push(Frame(name: "[\(frame.next)]", schema: frame.schema, table: table))
    } else {
      stack.removeLast()
    }
  }

  private mutating func check(_ field: ErasedField, of table: FlatTable) throws(FormatError) {
    if case .scalar(let width) = field.content {
      _ = try table.place(ofField: field.id, width: width)
      return
    }
    guard let target = try table.target(ofField: field.id) else { return }
    switch field.content {
    case .scalar: break
    case .scalars(let width):
      try spend(1, bytes: width * buffer.elements(ofVectorAt: target, width: width).count)
    case .string: try spend(1, bytes: buffer.stringBytes(at: target).count)
    case .strings: try check(FlatStrings(buffer: buffer, position: target))
    case .table(let schema):
      try spend(1)
      let nested = try FlatTable(buffer: buffer, position: target)
      try push(Frame(name: field.name, schema: schema(), table: nested))
    case .tables(let schema):
      try spend(1)
      let nested = try FlatTables(buffer: buffer, position: target)
      try push(Frame(name: field.name, schema: schema(), tables: nested))
    }
  }

  private mutating func check(_ strings: FlatStrings) throws(FormatError) {
    for index in 0..<strings.count { try spend(1, bytes: strings.bytes(at: index).count) }
  }

  private mutating func push(_ frame: Frame) throws(FormatError) {
    guard stack.count < 2 * maximumDepth else {
      throw FormatError(
        .limitExceeded, "tables are nested deeper than \(maximumDepth) levels",
        at: buffer.fileOffset)
    }
    stack.append(frame)
  }

  private mutating func spend(_ visits: Int, bytes: Int = 0) throws(FormatError) {
    visitsLeft -= visits
    bytesLeft -= bytes
    guard visitsLeft >= 0, bytesLeft >= 0 else {
      throw FormatError(
        .limitExceeded, "tables share their parts too often", at: buffer.fileOffset,
        remedy: "write the file again without shared tables")
    }
  }
}
