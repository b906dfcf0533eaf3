import FlatBuffers
import Tensors

/// Tensors by number: small ones each once and in the metadata, large ones in a section.
struct TensorTable {
  /// A tensor that goes to the section, and the byte at which it goes there.
  struct Placement {
    var tensor: Tensor
    var offset: Int
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

  private(set) var hasStrings = false

  /// Whether a tensor is stored by the coordinates of its elements.
  var hasCoordinates: Bool { !encodingKinds.isEmpty }

  /// Returns the number of a tensor.
  mutating func number(
    of tensor: Tensor, _ types: inout TypeTable, _ strings: inout StringTable
  ) -> UInt32 {
    if tensor.elementType == .string { hasStrings = true }
    guard case .coordinates(let indices) = tensor.encoding else {
      return number(ofDense: tensor, &types, &strings)
    }
    let values = Tensor(
      tensor.elementType, shape: [indices.shape.first ?? 0], storage: tensor.storage,
      range: tensor.range)
    let partNumbers = [values ?? tensor, indices].map { number(ofDense: $0, &types, &strings) }
    encodingFirstParts.append(UInt32(parts.count))
    encodingPartCounts.append(UInt32(partNumbers.count))
    encodingKinds.append(EncodingKind.coordinates.rawValue)
    parts += partNumbers
    let type = types.number(
      of: .sparseTensor(tensor.elementType, Shape(tensor.shape)), &strings)
    return append(type: type, section: 0, offset: 0, encoding: UInt32(encodingKinds.count))
  }

  private mutating func number(
    ofDense tensor: Tensor, _ types: inout TypeTable, _ strings: inout StringTable
  ) -> UInt32 {
    let type = types.number(of: .tensor(tensor.elementType, Shape(tensor.shape)), &strings)
    guard tensor.range.count <= TensorPlacement.smallSize else {
      let key = LargeKey(
        type: type, storage: ObjectIdentifier(tensor.storage), range: tensor.range)
      if let number = largeNumbers[key] { return number }
      let number = place(tensor, typed: type)
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

  private mutating func place(_ tensor: Tensor, typed type: UInt32) -> UInt32 {
    let unit = TensorPlacement.unit
    let offset = (sectionSize + unit - 1) / unit * unit
    placements.append(Placement(tensor: tensor, offset: offset))
    sectionSize = offset + tensor.range.count
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

extension ElementType {
  /// The boundary on which tensors of the type lie in the file.
  var fileAlignment: Int { self == .string ? 8 : max(1, min(bitWidth / 8, 8)) }
}
