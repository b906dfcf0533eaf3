/// One entry of the section table (§1.2 of Docs/EdgeFormat.md).
public struct SectionRecord: Hashable, Sendable {
  static let size = 64

  public var kind: SectionKind
  public var codec: SectionCodec

  /// The boundary in the file on which the section starts, a power of two.
  public var alignment: Int

  /// Whether a reader may leave the section aside.
  public var isOptional: Bool

  /// Where the section starts, counted from the section base.
  public var offset: Int

  /// The bytes that the section takes in the file.
  public var length: Int

  /// The bytes that the section has after decoding.
  public var rawLength: Int

  /// The root of the tree of hashes over the section's bytes in the file.
  public var hash: [UInt8]
}

/// What a section holds (§1.3 of Docs/EdgeFormat.md).
public struct SectionKind: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt16

  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let tensors = Self(rawValue: 1)
  public static let names = Self(rawValue: 2)
  public static let lineage = Self(rawValue: 3)
  public static let annotations = Self(rawValue: 4)
  public static let leafHashes = Self(rawValue: 5)
}

extension SectionKind: CustomStringConvertible {
  /// The name in messages and reports.
  public var description: String {
    switch self {
    case .tensors: "tensors"
    case .names: "names"
    case .lineage: "lineage"
    case .annotations: "annotations"
    case .leafHashes: "leaf hashes"
    default: "kind \(rawValue)"
    }
  }
}

/// How the bytes of a section are stored.
public enum SectionCodec: UInt8, Hashable, Sendable {
  case raw = 0
  case zlib = 1
  /// Reserved for weight indices; no version writes it yet.
  case rans = 2
}

extension SectionRecord {
  /// The record as the file holds it.
  var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.size)
    bytes.store(kind.rawValue, at: 0)
    bytes[2] = codec.rawValue
    bytes[3] = UInt8(alignment.trailingZeroBitCount)
    bytes.store(UInt32(isOptional ? 1 : 0), at: 4)
    bytes.store(UInt64(offset), at: 8)
    bytes.store(UInt64(length), at: 16)
    bytes.store(UInt64(rawLength), at: 24)
    bytes.replaceSubrange(32..<64, with: hash)
    return bytes
  }
}
