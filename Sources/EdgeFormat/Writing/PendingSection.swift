/// A section that is to be written.
struct PendingSection {
  /// What goes into the section.
  enum Contents {
    case tensors([TensorTable.Placement], size: Int)
    case bytes([UInt8])
    /// The hashes of the leaves of all sections before.
    case leafHashes
  }

  var kind: SectionKind
  var contents: Contents
  var alignment = 8
  var codec = SectionCodec.raw

  /// The bytes that the section has after decoding.
  var rawLength: Int?

  /// Whether a reader may leave the section aside.
  var isOptional: Bool { kind != .tensors }
}
