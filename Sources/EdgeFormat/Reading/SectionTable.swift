import FormatSupport

/// The section table of a file, checked against the file (§1.2 of Docs/EdgeFormat.md).
struct SectionTable: Sendable {
  let records: [SectionRecord]

  /// Reads the records, which lie inside the file.
  init(_ header: EdgeHeader, _ file: UnsafeRawBufferPointer) throws(FormatError) {
    guard header.sectionRecordSize >= SectionRecord.size, header.sectionRecordSize % 8 == 0 else {
      throw FormatError(
        .malformed, "section records of \(header.sectionRecordSize) bytes are not possible",
        at: 80, path: ["header"])
    }
    var records: [SectionRecord] = []
    for index in 0..<header.sectionCount {
      let start = header.sectionTableOffset + index * header.sectionRecordSize
      do {
        records.append(try SectionRecord(file, at: start))
      } catch {
        throw error.inside("section_table[\(index)]")
      }
    }
    self.records = records
    try checkKinds()
    try checkPlaces(header, file)
  }

  // MARK: - Places

  /// Checks that the sections follow each other, with nothing but zeros in between.
  private func checkPlaces(
    _ header: EdgeHeader, _ file: UnsafeRawBufferPointer
  ) throws(FormatError) {
    let alignment = records.map(\.alignment).max() ?? 1
    guard let base = Self.roundUp(header.flatBufferSize, alignment), base == header.sectionBase
    else {
      throw FormatError(
        .malformed,
        "the sections start at \(header.sectionBase), not directly behind the "
          + "\(header.flatBufferSize) bytes of the FlatBuffer", at: 24, path: ["header"])
    }
    try checkZeros(file, header.flatBufferSize..<base)
    var end = base
    for (index, record) in records.enumerated() {
      guard let start = Self.roundUp(end - base, record.alignment), start == record.offset,
        record.length > 0, record.length <= header.fileSize - base - start
      else {
        throw FormatError(
          .malformed,
          "\(record.length) bytes at \(record.offset) overlap, leave a gap, or do not "
            + "fit in the file", path: ["section_table[\(index)]"])
      }
      try checkZeros(file, end..<(base + start))
      end = base + start + record.length
    }
    try checkEnd(end, header, file)
  }

  private func checkEnd(
    _ end: Int, _ header: EdgeHeader, _ file: UnsafeRawBufferPointer
  ) throws(FormatError) {
    guard header.signatureOffset != 0 else {
      guard end == header.fileSize else {
        throw FormatError(
          .malformed, "\(header.fileSize - end) bytes at the end belong to no section", at: end,
          path: ["header"])
      }
      return
    }
    guard let start = Self.roundUp(end, 8), start == header.signatureOffset,
      header.fileSize - start >= 8
    else {
      throw FormatError(
        .malformed, "the signatures at \(header.signatureOffset) do not follow the last section",
        at: 64, path: ["header"])
    }
    try checkZeros(file, end..<start)
    let count = Int(file.loadUnaligned(fromByteOffset: start, as: UInt32.self))
    let reserved = file.loadUnaligned(fromByteOffset: start + 4, as: UInt32.self)
    guard (1...16).contains(count), reserved == 0, header.fileSize - start == 8 + 104 * count
    else {
      throw FormatError(.malformed, "\(count) signatures do not end the file", at: start)
    }
  }

  private func checkZeros(
    _ file: UnsafeRawBufferPointer, _ range: Range<Int>
  ) throws(FormatError) {
    for index in range where file[index] != 0 {
      throw FormatError(.malformed, "a byte between sections is not zero", at: index)
    }
  }

  private static func roundUp(_ size: Int, _ alignment: Int) -> Int? {
    let (sum, overflow) = size.addingReportingOverflow(alignment - 1)
    return overflow ? nil : sum / alignment * alignment
  }

  // MARK: - Kinds

  private func checkKinds() throws(FormatError) {
    var seen: Set<SectionKind> = []
    for (index, record) in records.enumerated() {
      func refuse(_ code: FormatError.Code, _ message: String) -> FormatError {
        FormatError(code, message, path: ["section_table[\(index)]"])
      }
      guard record.kind.isKnown || record.isOptional else {
        throw refuse(.unsupported, "a section of \(record.kind) cannot be skipped")
          .advising("use a newer ferry")
      }
      guard !record.kind.isKnown || record.isOptional == (record.kind != .tensors) else {
        throw refuse(.invalid, "the flags do not fit a section of \(record.kind)")
      }
      guard record.isOptional || index == 0 || !records[index - 1].isOptional else {
        throw refuse(.invalid, "a section of \(record.kind) follows one that may be skipped")
      }
      if record.kind == .tensors {
        guard record.alignment >= TensorPlacement.unit else {
          throw refuse(.invalid, "tensors are aligned to \(record.alignment) bytes only")
        }
      } else if record.kind.isKnown {
        guard seen.insert(record.kind).inserted else {
          throw refuse(.invalid, "there is a second section of \(record.kind)")
        }
      }
    }
  }

  /// Returns the index of the section of a kind of which there is at most one.
  func index(of kind: SectionKind) -> Int? { records.firstIndex { $0.kind == kind } }
}

extension SectionKind {
  /// Whether this version knows what the section holds.
  fileprivate var isKnown: Bool { (1...5).contains(rawValue) }
}

extension SectionRecord {
  fileprivate init(_ file: UnsafeRawBufferPointer, at start: Int) throws(FormatError) {
    func number<Number: FixedWidthInteger>(_ type: Number.Type, _ offset: Int) -> Number {
      file.loadUnaligned(fromByteOffset: start + offset, as: Number.self)
    }
    kind = SectionKind(rawValue: number(UInt16.self, 0))
    guard let codec = SectionCodec(rawValue: file[start + 2]) else {
      throw FormatError(
        .unsupported, "codec \(file[start + 2]) is not known", at: start + 2,
        remedy: "use a newer ferry")
    }
    self.codec = codec
    guard file[start + 3] <= 12 else {
      throw FormatError(.malformed, "alignment 2^\(file[start + 3])", at: start + 3)
    }
    alignment = 1 << Int(file[start + 3])
    let flags = number(UInt32.self, 4)
    guard flags <= 1 else {
      throw FormatError(.malformed, "flags \(flags) are not known", at: start + 4)
    }
    isOptional = flags == 1
    offset = Int(clamping: number(UInt64.self, 8))
    length = Int(clamping: number(UInt64.self, 16))
    rawLength = Int(clamping: number(UInt64.self, 24))
    hash = Array(file[(start + 32)..<(start + 64)])
    guard rawLength > 0, codec != .raw || rawLength == length else {
      throw FormatError(
        .malformed, "\(length) bytes that are not compressed cannot hold \(rawLength)",
        at: start + 24)
    }
  }
}
