/// What a type is (§2 of Docs/EdgeFormat.md).
enum TypeKind: UInt8 {
  case tensor = 0
  case sparseTensor = 1
  case sequence = 2
  case optional = 3
  case map = 4
  case opaque = 5
}

/// How a tensor is computed from its parts (§3.1 of Docs/EdgeFormat.md).
enum EncodingKind: UInt8 {
  case affine = 1
  case palette = 2
  case coordinates = 3
  case bitmask = 4
  case compressedRows = 5
  case someOfMany = 6
  case blocks = 7
  case lowRank = 8

  /// The feature that a file with the encoding declares.
  var feature: RequiredFeatures {
    switch self {
    case .affine: .affine
    case .palette: .palette
    case .coordinates: .coordinates
    case .bitmask, .compressedRows, .someOfMany, .blocks: .sparseLayouts
    case .lowRank: .lowRank
    }
  }
}

/// The marks beside the kind of an attribute (§4 of Docs/EdgeFormat.md).
enum AttributeMark {
  /// Strings are numbers of byte strings.
  static let bytes: UInt8 = 64
  /// The value is an attribute of the function.
  static let reference: UInt8 = 128
}

/// What an annotation belongs to, and what it says.
enum AnnotationScope: UInt8 {
  case model = 0
  case function = 1
  case block = 2
  case node = 3
  case value = 4
}

/// What an annotation says.
enum AnnotationField: UInt8 {
  case documentation = 0
  case metadata = 1
  case quantization = 2
}

/// Where tensors lie (§3 of Docs/EdgeFormat.md).
enum TensorPlacement {
  /// The largest tensor that lies in the metadata.
  static let smallSize = 64
  /// The boundary of larger ones in their section, and the unit of their offsets.
  static let unit = 64
}
