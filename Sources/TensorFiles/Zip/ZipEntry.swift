/// A file inside a ZIP archive, as the archive's directory describes it.
struct ZipEntry: Hashable {
  /// How the bytes of an entry are stored.
  enum Method: UInt16 {
    case stored = 0
    case deflated = 8
  }

  var name: String
  var method: Method
  /// The CRC-32 of the original bytes.
  var checksum: UInt32
  /// The bytes that the entry takes in the archive.
  var storedSize: Int
  /// The bytes of the file.
  var size: Int
  /// Where the entry's own header starts.
  var headerOffset: Int
}

/// The signatures of the records of a ZIP archive (APPNOTE.TXT §4.3).
enum ZipSignature {
  static let entry: UInt32 = 0x0403_4b50
  static let directoryEntry: UInt32 = 0x0201_4b50
  static let end: UInt32 = 0x0605_4b50
  static let end64: UInt32 = 0x0606_4b50
  static let end64Locator: UInt32 = 0x0706_4b50
}
