import FlatBuffers
import FormatSupport

/// Numbers of one column, whatever their width; a column that is left out holds zeros.
///
/// The bytes belong to the file that the column was read from, which must outlive it.
struct Column: @unchecked Sendable {
  /// The name in the schema.
  let name: String
  let count: Int
  private let bytes: UnsafeRawBufferPointer
  private let width: Int
  private let fileOffset: Int

  /// Makes a column of zeros.
  init(zeros count: Int, name: String) {
    self.name = name
    self.count = count
    bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    width = 0
    fileOffset = 0
  }

  init<Scalar>(_ vector: FlatVector<Scalar>, name: String) {
    self.name = name
    count = vector.count
    bytes = vector.bytes
    width = MemoryLayout<Scalar>.size
    fileOffset = vector.fileOffset
  }

  /// The number at an index below ``count``; numbers that no `Int` holds become the largest one.
  subscript(index: Int) -> Int {
    precondition(index >= 0 && index < count, "index \(index) is outside \(name)")
    switch width {
    case 0: return 0
    case 1: return Int(bytes[index])
    case 2: return Int(bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
    case 4: return Int(bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
    default:
      let number = bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
      return Int(clamping: number)
    }
  }

  /// Returns the error for a number that contradicts the rest of the file.
  func invalid(_ message: String, at index: Int) -> FormatError {
    FormatError(
      .invalid, message, at: width == 0 ? nil : fileOffset + index * width,
      path: ["\(name)[\(index)]"])
  }

  /// Throws unless every number is below `limit`.
  func check(below limit: Int, _ thing: String) throws(FormatError) {
    for index in 0..<count where self[index] >= limit {
      throw invalid("\(thing) \(self[index]) does not exist, there are \(limit)", at: index)
    }
  }

  /// Returns the sum of all numbers, which must be `expected` where that is given.
  @discardableResult
  func sum(expecting expected: Int? = nil, _ things: String = "") throws(FormatError) -> Int {
    var sum = 0
    for index in 0..<count {
      let (next, overflow) = sum.addingReportingOverflow(self[index])
      guard !overflow else { throw invalid("the sum of the column overflows", at: index) }
      sum = next
    }
    if let expected, sum != expected {
      throw FormatError(
        .invalid, "the counts add up to \(sum), and there are \(expected) \(things)",
        at: width == 0 ? nil : fileOffset, path: [name])
    }
    return sum
  }

  /// Throws unless the numbers ascend without repetition.
  func checkAscending() throws(FormatError) {
    for index in 0..<max(count - 1, 0) where self[index] >= self[index + 1] {
      throw invalid("\(self[index + 1]) does not come after \(self[index])", at: index + 1)
    }
  }
}

extension FlatTable {
  /// Returns a column; without `count` its own length counts, with it the column must have that.
  func column(
    _ field: TableField<FlatTable>, count: Int? = nil
  ) throws(FormatError) -> Column {
    guard let table = try value(of: field) else {
      return Column(zeros: count ?? 0, name: field.name)
    }
    let column = try table.presentColumn(field.name)
    guard count == nil || count == column.count else {
      throw FormatError(
        .invalid, "the column has \(column.count) numbers instead of \(count ?? 0)",
        path: [field.name])
    }
    return column
  }

  /// Whether a column is present.
  func has(_ field: TableField<FlatTable>) throws(FormatError) -> Bool {
    try value(of: field) != nil
  }

  private func presentColumn(_ name: String) throws(FormatError) -> Column {
    var columns: [Column] = []
    if let vector = try value(of: ColumnTable.u8) { columns.append(Column(vector, name: name)) }
    if let vector = try value(of: ColumnTable.u16) { columns.append(Column(vector, name: name)) }
    if let vector = try value(of: ColumnTable.u32) { columns.append(Column(vector, name: name)) }
    if let vector = try value(of: ColumnTable.u64) { columns.append(Column(vector, name: name)) }
    guard columns.count == 1 else {
      throw FormatError(
        .invalid, "the column has \(columns.count) vectors instead of one", path: [name])
    }
    return columns[0]
  }

  /// Returns bytes of which there must be `count`; those that are left out are zeros.
  func bytes(
    _ field: TableField<FlatVector<UInt8>>, count: Int
  ) throws(FormatError) -> Column {
    guard let vector = try value(of: field) else {
      return Column(zeros: count, name: field.name)
    }
    guard vector.count == count else {
      throw FormatError(
        .invalid, "there are \(vector.count) bytes instead of \(count)", at: vector.fileOffset,
        path: [field.name])
    }
    return Column(vector, name: field.name)
  }

  /// Returns the texts of a vector of strings; none when it is left out.
  func texts(_ field: TableField<FlatStrings>) throws(FormatError) -> [String] {
    guard let strings = try value(of: field) else { return [] }
    var texts: [String] = []
    texts.reserveCapacity(strings.count)
    for index in 0..<strings.count {
      do {
        texts.append(try strings.text(at: index))
      } catch {
        throw error.inside(field.name)
      }
    }
    return texts
  }
}

/// Runs `body`; its error gets a field in front of its path.
func locating<Result>(
  _ field: @autoclosure () -> String, _ body: () throws(FormatError) -> Result
) throws(FormatError) -> Result {
  do {
    return try body()
  } catch {
    throw error.inside(field())
  }
}
