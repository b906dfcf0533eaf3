import FormatSupport

/// The extended header at the start of a file (§1.1 of Docs/EdgeFormat.md).
public struct EdgeHeader: Hashable, Sendable {
  /// The four bytes that tell an `.edge` file and its major version.
  public static let identifier = "EDG1"

  /// The version of this reader; a file may ask for a newer one.
  public static let readerVersion = 1

  static let size = 120
  static let metadataHashOffset = 88

  public var minimumReader = EdgeHeader.readerVersion
  public var flatBufferSize = 0
  public var sectionBase = 0
  public var fileSize = 0
  public var requiredFeatures: RequiredFeatures = []
  public var optionalFeatures: OptionalFeatures = []

  /// Grows with each release of the model: a device may refuse to go back.
  public var modelVersion: UInt64 = 0

  /// Where the signatures are; 0 when the file is not signed.
  public var signatureOffset = 0
  public var sectionTableOffset = 0
  public var sectionCount = 0
  public var sectionRecordSize = SectionRecord.size

  /// The hash of the FlatBuffer, header included.
  public var metadataHash = [UInt8](repeating: 0, count: 32)
}

// MARK: - Bytes

extension EdgeHeader {
  /// Stores the header in the gap behind the FlatBuffer's identifier.
  func store(in bytes: inout [UInt8]) {
    bytes.store(UInt32(Self.size), at: 8)
    bytes.store(UInt32(minimumReader), at: 12)
    bytes.store(UInt64(flatBufferSize), at: 16)
    bytes.store(UInt64(sectionBase), at: 24)
    bytes.store(UInt64(fileSize), at: 32)
    bytes.store(requiredFeatures.rawValue, at: 40)
    bytes.store(optionalFeatures.rawValue, at: 48)
    bytes.store(modelVersion, at: 56)
    bytes.store(UInt64(signatureOffset), at: 64)
    bytes.store(UInt32(sectionTableOffset), at: 72)
    bytes.store(UInt32(sectionCount), at: 76)
    bytes.store(UInt32(sectionRecordSize), at: 80)
    bytes.replaceSubrange(Self.metadataHashOffset..<Self.size, with: metadataHash)
  }

  /// Reads the header of a file and checks what it says of itself and of the file's size.
  init(reading file: UnsafeRawBufferPointer) throws(FormatError) {
    try Self.checkIdentifier(of: file)
    guard file.count >= Self.size else {
      throw FormatError(
        .truncated, "\(file.count) bytes are too few for the header of an .edge file", at: 0,
        path: ["header"])
    }
    let fields = HeaderFields(bytes: file)
    minimumReader = Int(fields.u32(12))
    // Whatever else a newer version has changed: this it keeps.
    guard minimumReader <= Self.readerVersion else {
      throw FormatError(
        .unsupported,
        "the file needs reader version \(minimumReader), this is version \(Self.readerVersion)",
        at: 12, path: ["header", "minimum_reader"], remedy: "use a newer ferry")
    }
    fileSize = try fields.size(32, "file_size")
    flatBufferSize = try fields.size(16, "flatbuffer_size")
    sectionBase = try fields.size(24, "section_base")
    requiredFeatures = RequiredFeatures(rawValue: fields.u64(40))
    optionalFeatures = OptionalFeatures(rawValue: fields.u64(48))
    modelVersion = fields.u64(56)
    signatureOffset = try fields.size(64, "signature_offset")
    sectionTableOffset = Int(fields.u32(72))
    sectionCount = Int(fields.u32(76))
    sectionRecordSize = Int(fields.u32(80))
    metadataHash = Array(file[Self.metadataHashOffset..<Self.size])
    try checkSizes(headerSize: Int(fields.u32(8)), reserved: fields.u32(84), file.count)
  }

  private static func checkIdentifier(of file: UnsafeRawBufferPointer) throws(FormatError) {
    guard file.count >= 8 else {
      throw FormatError(.truncated, "\(file.count) bytes are too few for an .edge file", at: 0)
    }
    guard file[4..<8].elementsEqual(identifier.utf8) else {
      throw FormatError(
        .malformed, "the file does not have the identifier \(identifier)", at: 4,
        remedy: "check that it is an .edge file of version 1")
    }
  }

  private func checkSizes(
    headerSize: Int, reserved: UInt32, _ count: Int
  ) throws(FormatError) {
    guard fileSize == count else {
      throw FormatError(
        count < fileSize ? .truncated : .malformed,
        "the file has \(count) bytes and announces \(fileSize)", at: 32, path: ["header"],
        remedy: "copy the file again: it was cut off, or something was appended")
    }
    guard headerSize >= Self.size, headerSize <= flatBufferSize, headerSize % 8 == 0 else {
      throw FormatError(
        .malformed, "a header of \(headerSize) bytes is not possible", at: 8, path: ["header"])
    }
    guard flatBufferSize <= sectionBase, sectionBase <= fileSize else {
      throw FormatError(
        .malformed,
        "a FlatBuffer of \(flatBufferSize) bytes and sections at \(sectionBase) do not fit in a "
          + "file of \(fileSize) bytes", at: 16, path: ["header"])
    }
    guard reserved == 0 else {
      throw FormatError(
        .malformed, "the reserved bytes hold \(reserved)", at: 84, path: ["header"])
    }
  }
}

/// The numbers of a header that is long enough.
private struct HeaderFields {
  let bytes: UnsafeRawBufferPointer

  func u32(_ offset: Int) -> UInt32 {
    bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }

  func u64(_ offset: Int) -> UInt64 {
    bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  func size(_ offset: Int, _ field: String) throws(FormatError) -> Int {
    guard let size = Int(exactly: u64(offset)) else {
      throw FormatError(
        .malformed, "\(u64(offset)) is no size", at: offset, path: ["header", field])
    }
    return size
  }
}

extension [UInt8] {
  /// Stores a number in little-endian order.
  ///
  /// - Precondition: it fits.
  mutating func store<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    Swift.withUnsafeBytes(of: number.littleEndian) { bytes in
      replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }
  }
}
