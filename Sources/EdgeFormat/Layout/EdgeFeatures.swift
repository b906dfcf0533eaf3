/// What a reader must know to understand a file (§6 of Docs/EdgeFormat.md).
public struct RequiredFeatures: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let compression = Self(rawValue: 1 << 0)
  public static let subgraphs = Self(rawValue: 1 << 1)
  public static let functions = Self(rawValue: 1 << 2)
  public static let strings = Self(rawValue: 1 << 3)
  public static let coordinates = Self(rawValue: 1 << 4)
  public static let affine = Self(rawValue: 1 << 5)
  public static let palette = Self(rawValue: 1 << 6)
  public static let sparseLayouts = Self(rawValue: 1 << 7)
  public static let lowRank = Self(rawValue: 1 << 8)
  public static let entropyCoding = Self(rawValue: 1 << 9)
  public static let nonTensors = Self(rawValue: 1 << 10)

  /// What this reader understands.
  static let supported: Self = [
    .compression, .subgraphs, .functions, .strings, .coordinates, .sparseLayouts, .nonTensors,
  ]

  static let bitNames = [
    "compression", "subgraphs", "functions", "strings", "coordinates", "affine", "palette",
    "sparse-layouts", "low-rank", "entropy-coding", "non-tensors",
  ]
}

/// What a reader may ignore (§6 of Docs/EdgeFormat.md).
public struct OptionalFeatures: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }

  public static let names = Self(rawValue: 1 << 0)
  public static let lineage = Self(rawValue: 1 << 1)
  public static let annotations = Self(rawValue: 1 << 2)
  public static let leafHashes = Self(rawValue: 1 << 3)
  public static let signatures = Self(rawValue: 1 << 4)
  public static let memoryPlan = Self(rawValue: 1 << 5)
  public static let target = Self(rawValue: 1 << 6)
  public static let provenance = Self(rawValue: 1 << 7)

  static let bitNames = [
    "names", "lineage", "annotations", "leaf-hashes", "signatures", "memory-plan", "target",
    "provenance",
  ]

  /// The bits that have a meaning in this version.
  static let known = Self(rawValue: (1 << UInt64(bitNames.count)) - 1)
}

extension RequiredFeatures: CustomStringConvertible {
  /// The names of the features; `bit 17` for one that this version does not know.
  public var description: String { describe(rawValue, Self.bitNames) }
}

extension OptionalFeatures: CustomStringConvertible {
  /// The names of the features; `bit 17` for one that this version does not know.
  public var description: String { describe(rawValue, Self.bitNames) }
}

private func describe(_ bits: UInt64, _ names: [String]) -> String {
  (0..<64).filter { bits >> UInt64($0) & 1 == 1 }
    .map { $0 < names.count ? names[$0] : "bit \($0)" }
    .joined(separator: ", ")
}
