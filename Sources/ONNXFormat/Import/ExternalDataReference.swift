import CONNX
import FormatSupport

/// Where a tensor says that its bytes are: the entries of `external_data`.
struct ExternalDataReference {
  /// The file, relative to the model's folder.
  private(set) var location = ""

  /// The first byte.
  private(set) var offset = 0

  /// The number of bytes, when the model says it.
  private(set) var length: Int?

  /// Whether the model gives a checksum of the file.
  private(set) var hasChecksum = false

  /// Reads the entries; each key may occur once.
  init(
    _ entries: UnsafeBufferPointer<UnsafePointer<Onnx__StringStringEntryProto>>
  ) throws(FormatError) {
    var keys: Set<String> = []
    for entry in entries {
      let key = String(field: entry.pointee.key)
      guard keys.insert(key).inserted else {
        throw FormatError(.invalid, "external_data gives \(key.quotedBriefly) twice")
          .advising("keep one entry")
      }
      try set(key, to: entry.pointee.value)
    }
    guard !location.isEmpty else {
      throw FormatError(.invalid, "external_data names no file").advising("set \"location\"")
    }
  }

  private mutating func set(
    _ key: String, to value: UnsafeMutablePointer<CChar>?
  ) throws(FormatError) {
    switch key {
    case "location":
      // A path that is not UTF-8 would be repaired to the path of another file.
      guard let value, let text = String(validatingCString: value) else {
        throw FormatError(.unsupported, "the location of external data is not UTF-8")
          .advising("rename the file")
      }
      location = text
    case "offset": offset = try number(key, String(field: value))
    case "length": length = try number(key, String(field: value))
    case "checksum": hasChecksum = true
    default:
      throw FormatError(.unsupported, "external_data has the unknown key \(key.quotedBriefly)")
        .advising("known keys are location, offset, length and checksum")
    }
  }

  private func number(_ key: String, _ text: String) throws(FormatError) -> Int {
    // Int(_:) alone would accept a sign.
    guard let value = Int(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      throw FormatError(.invalid, "the \(key) of external data is \(text.quotedBriefly)")
        .advising("write a number of bytes in decimal digits")
    }
    return value
  }
}
