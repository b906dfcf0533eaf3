import FlatBuffers
import Tensors

/// Tensors by number: small ones each once and in the metadata, large ones in a section.
struct TensorTable {
  /// What goes to the section, and the bytes of the section that it takes.
  struct Placement {
    /// A dense tensor, or a part of one that is stored sparse.
    enum Contents {
      case tensor(Tensor)
      case mask(SparseEncoder)
      case values(SparseEncoder)
    }

    var contents: Contents
    var range: Range<Int>
  }

  private struct SmallKey: Hashable {
    var type: UInt32
    var bytes: [UInt8]
  }

  private struct LargeKey: Hashable {
    var type: UInt32
    var storage: ObjectIdentifier
    var range: Range<Int>
  }

  private var types: [UInt32] = []
  private var sections: [UInt32] = []
  private var offsets: [UInt64] = []
  private var small: [UInt8] = []
  private var encodings: [UInt32] = []
  private var encodingKinds: [UInt8] = []
  private var encodingFirstParts: [UInt32] = []
  private var encodingPartCounts: [UInt32] = []
  private var parts: [UInt32] = []
  private var smallNumbers: [SmallKey: UInt32] = [:]
  private var largeNumbers: [LargeKey: UInt32] = [:]

  /// The large tensors in the order of their offsets.
  private(set) var placements: [Placement] = []

  /// The size of the section.
  private(set) var sectionSize = 0

  /// What a reader must know to understand the tensors.
  private(set) var features: RequiredFeatures = []

  private let storesSparse: Bool

  /// Creates an empty table; tensors of many zeros are stored sparse if wanted.
  init(storesSparse: Bool) { self.storesSparse = storesSparse }

  /// Returns the number of a tensor.
  mutating func number(
    of tensor: Tensor, _ types: inout TypeTable, _ strings: inout StringTable
  ) -> UInt32 {
    if tensor.elementType == .string { features.insert(.strings) }
    guard case .coordinates(let indices) = tensor.encoding else {
      return number(ofDense: tensor, &types, &strings)
    }
    let values = Tensor(
      tensor.elementType, shape: [indices.shape.first ?? 0], storage: tensor.storage,
      range: tensor.range)
    let parts = [values ?? tensor, indices].map { number(ofDense: $0, &types, &strings) }
    let type = types.number(
      of: .sparseTensor(tensor.elementType, Shape(tensor.shape)), &strings)
    return append(type: type, .coordinates, of: parts)
  }

  private mutating func number(
    ofDense tensor: Tensor, _ types: inout TypeTable, _ strings: inout StringTable
  ) -> UInt32 {
    let type = types.number(of: .tensor(tensor.elementType, Shape(tensor.shape)), &strings)
    guard tensor.range.count <= TensorPlacement.smallSize else {
      let key = LargeKey(
        type: type, storage: ObjectIdentifier(tensor.storage), range: tensor.range)
      if let number = largeNumbers[key] { return number }
      let parts = sparseParts(of: tensor, &types, &strings)
      let number =
        parts.map { append(type: type, .bitmask, of: $0) }
        ?? place(.tensor(tensor), size: tensor.range.count, typed: type)
      largeNumbers[key] = number
      return number
    }
    let key = SmallKey(type: type, bytes: Array(tensor.bytes))
    if let number = smallNumbers[key] { return number }
    let alignment = tensor.elementType.fileAlignment
    while small.count % alignment != 0 { small.append(0) }
    let number = append(type: type, section: 0, offset: UInt64(small.count))
    small += key.bytes
    smallNumbers[key] = number
    return number
  }

  private mutating func place(
    _ contents: Placement.Contents, size: Int, typed type: UInt32
  ) -> UInt32 {
    let unit = TensorPlacement.unit
    let offset = (sectionSize + unit - 1) / unit * unit
    sectionSize = offset + size
    placements.append(Placement(contents: contents, range: offset..<sectionSize))
    return append(type: type, section: 1, offset: UInt64(offset / unit))
  }

  private mutating func append(
    type: UInt32, section: UInt32, offset: UInt64, encoding: UInt32 = 0
  ) -> UInt32 {
    types.append(type)
    sections.append(section)
    offsets.append(offset)
    encodings.append(encoding)
    return UInt32(types.count - 1)
  }

  private mutating func append(
    type: UInt32, _ kind: EncodingKind, of partNumbers: [UInt32]
  ) -> UInt32 {
    encodingFirstParts.append(UInt32(parts.count))
    encodingPartCounts.append(UInt32(partNumbers.count))
    encodingKinds.append(kind.rawValue)
    parts += partNumbers
    features.insert(kind.feature)
    return append(type: type, section: 0, offset: 0, encoding: UInt32(encodingKinds.count))
  }

  /// Adds the table to a buffer; nil when there are no tensors.
  func add(to builder: inout FlatBufferBuilder) -> FlatOffset<FlatTable>? {
    guard !types.isEmpty else { return nil }
    let parts = builder.addColumn(parts)
    let partCounts = builder.addDerivedColumn(encodingPartCounts)
    let firstParts = builder.addDerivedColumn(encodingFirstParts)
    let kinds = builder.addVector(encodingKinds)
    let encodings = builder.addDerivedColumn(encodings)
    let small = builder.addVector(small, alignment: 8)
    let offsets = builder.addDerivedColumn(offsets)
    let sections = builder.addDerivedColumn(sections)
    let types = builder.addColumn(types)
    return builder.addTable {
      $0.set(TensorsTable.types, to: types)
      $0.set(TensorsTable.sections, to: sections)
      $0.set(TensorsTable.offsets, to: offsets)
      $0.set(TensorsTable.small, to: small)
      $0.set(TensorsTable.encodings, to: encodings)
      $0.set(TensorsTable.encodingKinds, to: kinds)
      $0.set(TensorsTable.encodingFirstParts, to: firstParts)
      $0.set(TensorsTable.encodingPartCounts, to: partCounts)
      $0.set(TensorsTable.parts, to: parts)
    }
  }
}

// MARK: - Sparse tensors

extension TensorTable {
  /// Returns the numbers of the mask and of the elements of a large tensor with many zeros; nil for
  /// one that is better stored dense.
  private mutating func sparseParts(
    of tensor: Tensor, _ types: inout TypeTable, _ strings: inout StringTable
  ) -> [UInt32]? {
    guard storesSparse else { return nil }
    let (mask, values, count): (Placement.Contents, Placement.Contents, Int)
    if let elements = tensor.sparseElements {
      guard SparseEncoder.isWorthwhile(tensor, storing: elements.values.count) else { return nil }
      (mask, values) = (.tensor(elements.mask), .tensor(elements.values))
      count = elements.values.count
    } else if let encoder = SparseEncoder(tensor) {
      (mask, values, count) = (.mask(encoder), .values(encoder), encoder.valueCount)
    } else {
      return nil
    }
    // A mask always has a place of its own: then what a file expands to has a limit.
    let maskSize = SparseElements.maskSize(of: tensor.count)
    let maskType = types.number(of: .tensor(.uint8, Shape([maskSize])), &strings)
    let maskNumber = place(mask, size: maskSize, typed: maskType)
    let size = count * tensor.elementType.bitWidth / 8
    guard size > TensorPlacement.smallSize else {
      let small = Tensor(tensor.elementType, shape: [count]) { values.copy(from: 0, into: $0) }
      return [maskNumber, number(ofDense: small, &types, &strings)]
    }
    let valuesType = types.number(of: .tensor(tensor.elementType, Shape([count])), &strings)
    return [maskNumber, place(values, size: size, typed: valuesType)]
  }
}

extension TensorTable.Placement.Contents {
  /// Fills a buffer with the bytes from `first` on.
  func copy(from first: Int, into target: UnsafeMutableRawBufferPointer) {
    switch self {
    case .tensor(let tensor):
      let source = tensor.bytes[first..<(first + target.count)]
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source))
      withExtendedLifetime(tensor) {}
    case .mask(let encoder): encoder.copyMask(from: first, into: target)
    case .values(let encoder): encoder.copyValues(from: first, into: target)
    }
  }
}

extension ElementType {
  /// The boundary on which tensors of the type lie in the file.
  var fileAlignment: Int { self == .string ? 8 : max(1, min(bitWidth / 8, 8)) }
}
