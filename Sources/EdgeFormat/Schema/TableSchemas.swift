import FlatBuffers

/// The types of values and tensors.
enum TypesTable {
  static let sizes = TableField<FlatTable>(column: 0, "sizes")
  static let expressions = TableField<FlatTable>(column: 1, "expressions")
  static let shapeRanks = TableField<FlatTable>(column: 2, "shape_ranks")
  static let shapeDimensions = TableField<FlatTable>(column: 3, "shape_dimensions")
  static let kinds = TableField<FlatVector<UInt8>>(4, "kinds")
  static let elements = TableField<FlatVector<UInt8>>(5, "elements")
  static let arguments = TableField<FlatTable>(column: 6, "arguments")
  static let opaqueNames = TableField<FlatTable>(column: 7, "opaque_names")
  static let schema = TableSchema(
    "Types",
    [
      sizes.erased, expressions.erased, shapeRanks.erased, shapeDimensions.erased, kinds.erased,
      elements.erased, arguments.erased, opaqueNames.erased,
    ])
}

/// Constants, defaults and attributes that are tensors.
enum TensorsTable {
  static let types = TableField<FlatTable>(column: 0, "types")
  static let sections = TableField<FlatTable>(column: 1, "sections")
  static let offsets = TableField<FlatTable>(column: 2, "offsets")
  static let small = TableField<FlatVector<UInt8>>(3, "small")
  static let encodings = TableField<FlatTable>(column: 4, "encodings")
  static let encodingKinds = TableField<FlatVector<UInt8>>(5, "encoding_kinds")
  static let encodingFirstParts = TableField<FlatTable>(column: 6, "encoding_first_parts")
  static let encodingPartCounts = TableField<FlatTable>(column: 7, "encoding_part_counts")
  static let encodingAxes = TableField<FlatTable>(column: 8, "encoding_axes")
  static let encodingBlocks = TableField<FlatTable>(column: 9, "encoding_blocks")
  static let encodingGroups = TableField<FlatTable>(column: 10, "encoding_groups")
  static let encodingBits = TableField<FlatTable>(column: 11, "encoding_bits")
  static let parts = TableField<FlatTable>(column: 12, "parts")
  static let schema = TableSchema(
    "Tensors",
    [
      types.erased, sections.erased, offsets.erased, small.erased, encodings.erased,
      encodingKinds.erased, encodingFirstParts.erased, encodingPartCounts.erased,
      encodingAxes.erased, encodingBlocks.erased, encodingGroups.erased, encodingBits.erased,
      parts.erased,
    ])
}

/// Attributes and sets of them.
enum AttributesTable {
  static let names = TableField<FlatTable>(column: 0, "names")
  static let kinds = TableField<FlatVector<UInt8>>(1, "kinds")
  static let firsts = TableField<FlatTable>(column: 2, "firsts")
  static let counts = TableField<FlatTable>(column: 3, "counts")
  static let ints = TableField<FlatVector<Int64>>(4, "ints")
  static let floats = TableField<FlatVector<Float>>(5, "floats")
  static let references = TableField<FlatTable>(column: 6, "references")
  static let setCounts = TableField<FlatTable>(column: 7, "set_counts")
  static let setMembers = TableField<FlatTable>(column: 8, "set_members")
  static let schema = TableSchema(
    "Attributes",
    [
      names.erased, kinds.erased, firsts.erased, counts.erased, ints.erased, floats.erased,
      references.erased, setCounts.erased, setMembers.erased,
    ])
}

/// Operators that nodes name.
enum OperatorsTable {
  static let domains = TableField<FlatTable>(column: 0, "domains")
  static let names = TableField<FlatTable>(column: 1, "names")
  static let versions = TableField<FlatTable>(column: 2, "versions")
  static let overloads = TableField<FlatTable>(column: 3, "overloads")
  static let schema = TableSchema(
    "Operators", [domains.erased, names.erased, versions.erased, overloads.erased])
}
