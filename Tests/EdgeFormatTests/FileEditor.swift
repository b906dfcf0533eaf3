import EdgeFormat

/// Changes single numbers of a file and makes its hashes right again.
struct FileEditor {
  var bytes: [UInt8]
  private let tableOffset: Int
  private let sectionCount: Int

  /// Edits a file that is fine.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    tableOffset = bytes.count < 120 ? 0 : Int(bytes.number(UInt32.self, at: 72))
    sectionCount = bytes.count < 120 ? 0 : Int(bytes.number(UInt32.self, at: 76))
  }

  func number<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
    bytes.number(type, at: offset)
  }

  mutating func set<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    withUnsafeBytes(of: number.littleEndian) { source in
      bytes.replaceSubrange(offset..<(offset + source.count), with: source)
    }
  }

  /// Where a field of a section's record is.
  func record(_ index: Int, _ field: Int) -> Int { tableOffset + 64 * index + field }

  /// Where a section starts.
  func section(_ index: Int) -> Int {
    let base = Int(clamping: number(UInt64.self, at: 24))
    let offset = Int(clamping: number(UInt64.self, at: record(index, 8)))
    return base.addingReportingOverflow(offset).overflow ? Int.max : base + offset
  }

  /// Computes the hashes of all sections that are inside the file, and that of the metadata.
  mutating func seal() {
    guard bytes.count >= 120 else { return }
    let size = Int(clamping: number(UInt64.self, at: 16))
    guard size >= 120, size <= bytes.count else { return }
    for index in 0..<sectionCount where record(index, 64) <= size {
      let start = section(index)
      let length = Int(clamping: number(UInt64.self, at: record(index, 16)))
      guard start >= size, start < bytes.count, length > 0, length <= bytes.count - start else {
        continue
      }
      let hash = hash(of: start..<(start + length))
      bytes.replaceSubrange(record(index, 32)..<record(index, 64), with: hash)
    }
    bytes.replaceSubrange(88..<120, with: [UInt8](repeating: 0, count: 32))
    bytes.replaceSubrange(88..<120, with: hash(of: 0..<size))
  }

  private func hash(of range: Range<Int>) -> [UInt8] {
    bytes.withUnsafeBytes { MerkleTree(of: .init(rebasing: $0[range])).root }
  }
}

// MARK: - Fields of the FlatBuffers

extension FileEditor {
  /// The way from a root to a field: field numbers of Schemas/edge.fbs; 100 + n is element n of a
  /// vector of tables.
  typealias Path = [Int]

  /// Changes a number of a column of the FlatBuffer that starts at `start`.
  mutating func set(_ path: Path, _ index: Int, to number: Int, bufferAt start: Int = 0) {
    let (offset, width) = place(path, index, bufferAt: start)
    for byte in 0..<width {
      bytes[offset + byte] = UInt8(truncatingIfNeeded: number >> (8 * byte))
    }
  }

  /// Returns a number of a column.
  func number(_ path: Path, _ index: Int) -> Int {
    let (offset, width) = place(path, index, bufferAt: 0)
    return (0..<width).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }

  /// Changes a byte of a vector of bytes.
  mutating func setByte(_ path: Path, _ index: Int, to byte: UInt8, bufferAt start: Int = 0) {
    bytes[vector(path, bufferAt: start) + 4 + index] = byte
  }

  /// Returns the `occurrence`-th place of a byte in a vector of bytes.
  func index(ofByte byte: UInt8, in path: Path, occurrence: Int = 0) -> Int {
    let start = vector(path) + 4
    let vector = bytes[start..<(start + Int(number(UInt32.self, at: start - 4)))]
    return vector.indices.filter { bytes[$0] == byte }[occurrence] - start
  }

  /// Returns where the object starts to which a path leads.
  func vector(_ path: Path, bufferAt start: Int = 0) -> Int {
    var position = follow(start)
    for id in path {
      position = follow(
        id >= 100 ? position + 4 * (id - 99) : place(ofField: id, of: position) ?? 0)
    }
    return position
  }

  private func place(_ path: Path, _ index: Int, bufferAt start: Int) -> (offset: Int, width: Int) {
    let column = vector(path, bufferAt: start)
    for width in 0..<4 {
      guard let place = place(ofField: width, of: column) else { continue }
      return (follow(place) + 4 + index << width, 1 << width)
    }
    preconditionFailure("no column at \(path)")
  }

  private func place(ofField id: Int, of table: Int) -> Int? {
    let layout = table - Int(number(Int32.self, at: table))
    guard 4 + 2 * id < Int(number(UInt16.self, at: layout)) else { return nil }
    let offset = Int(number(UInt16.self, at: layout + 4 + 2 * id))
    return offset == 0 ? nil : table + offset
  }

  private func follow(_ position: Int) -> Int {
    position + Int(number(UInt32.self, at: position))
  }
}

extension [UInt8] {
  fileprivate func number<Number: FixedWidthInteger>(
    _ type: Number.Type, at offset: Int
  ) -> Number {
    withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) }
  }
}
