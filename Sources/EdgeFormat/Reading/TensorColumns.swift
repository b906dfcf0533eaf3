import FlatBuffers
import FormatSupport
import Tensors

/// The tensors of a file, checked with their bytes (§3 of Docs/EdgeFormat.md).
struct TensorColumns {
  let count: Int
  let types: Column
  let sections: Column
  private let offsets: Column
  private let small: Storage?
  let encodings: Column
  private let encodingKinds: Column
  let firstParts: Column
  let partCounts: Column
  let parts: Column
  private let data: SectionData

  /// The features that the tensors need.
  private(set) var features: RequiredFeatures = []

  init(
    _ table: FlatTable?, _ typeColumns: TypeColumns, _ data: SectionData, _ source: EdgeSource
  ) throws(FormatError) {
    self.data = data
    guard let table else {
      let none = Column(zeros: 0, name: "")
      (types, sections, offsets, encodings) = (none, none, none, none)
      (encodingKinds, firstParts, partCounts, parts) = (none, none, none, none)
      (count, small) = (0, nil)
      return
    }
    types = try table.column(TensorsTable.types)
    try types.check(below: typeColumns.count, "type")
    count = types.count
    sections = try table.column(TensorsTable.sections, count: count)
    offsets = try table.column(TensorsTable.offsets, count: count)
    small = try table.value(of: TensorsTable.small).map { vector in
      source.view(vector.fileOffset, vector.count)
    }
    encodings = try table.column(TensorsTable.encodings, count: count)
    let kinds = try table.value(of: TensorsTable.encodingKinds) ?? FlatVector()
    encodingKinds = Column(kinds, name: TensorsTable.encodingKinds.name)
    firstParts = try table.column(TensorsTable.encodingFirstParts, count: kinds.count)
    partCounts = try table.column(TensorsTable.encodingPartCounts, count: kinds.count)
    parts = try table.column(TensorsTable.parts)
    try parts.check(below: count, "tensor")
    try encodings.check(below: kinds.count + 1, "encoding")
    try check(typeColumns, fileSize: source.bytes.count)
  }

  private mutating func check(
    _ typeColumns: TypeColumns, fileSize: Int
  ) throws(FormatError) {
    // What must be read to be checked may be shared between tensors, but not without end.
    var workLeft = fileSize
    for index in 0..<count {
      let kind = try encodings[index] == 0 ? nil : checkedKind(of: index)
      let (element, elements) = try locating("types[\(index)]") { () throws(FormatError) in
        try typeColumns.tensor(types[index], sparse: kind == .coordinates)
      }
      if element == .string { features.insert(.strings) }
      switch kind {
      case .coordinates:
        try checkCoordinates(index, element, elements, typeColumns, &workLeft)
      case .bitmask: try checkBitmask(index, element, elements, typeColumns, &workLeft)
      default:
        let range = try place(of: index, element, elements)
        if element == .string { workLeft -= range.count }
      }
      guard workLeft >= 0 else {
        throw offsets.invalid(
          "tensors of strings, coordinates or masks share their bytes", at: index)
      }
    }
  }

  /// Returns how a tensor is encoded, after notes and checks that concern all encodings.
  private mutating func checkedKind(of index: Int) throws(FormatError) -> EncodingKind {
    let encoding = encodings[index] - 1
    guard let kind = EncodingKind(rawValue: UInt8(encodingKinds[encoding])) else {
      throw encodingKinds.invalid(
        "encoding \(encodingKinds[encoding]) is not known", at: encoding)
    }
    features.insert(kind.feature)
    guard kind == .coordinates || kind == .bitmask else {
      throw FormatError(
        .unsupported, "tensors with the encoding \(kind) cannot be read by this version",
        path: ["encodings[\(index)]"], remedy: "use a newer ferry")
    }
    guard sections[index] == 0, offsets[index] == 0 else {
      throw sections.invalid("an encoded tensor has bytes of its own", at: index)
    }
    return kind
  }
}

// MARK: - Places

extension TensorColumns {
  /// Returns where the bytes of a dense tensor are in their storage.
  func place(
    of index: Int, _ element: ElementType, _ elements: Int
  ) throws(FormatError) -> Range<Int> {
    let section = sections[index]
    guard section == 0 || data[section - 1] != nil else {
      throw sections.invalid("section \(section - 1) holds no tensors", at: index)
    }
    let available = storage(ofSection: section)?.bytes ?? .init(start: nil, count: 0)
    let unit = section == 0 ? 1 : TensorPlacement.unit
    let (start, overflow) = offsets[index].multipliedReportingOverflow(by: unit)
    guard !overflow, start <= available.count else {
      throw offsets.invalid("offset \(offsets[index]) is outside the data", at: index)
    }
    guard start % element.fileAlignment == 0 else {
      throw offsets.invalid("offset \(start) is not aligned for \(element)", at: index)
    }
    let rest = UnsafeRawBufferPointer(rebasing: available[start...])
    guard let size = element.byteCount(forElements: elements) ?? stringSize(elements, in: rest),
      size <= rest.count
    else {
      throw offsets.invalid(
        "\(elements) elements of \(element) do not fit in the \(rest.count) bytes that follow",
        at: index)
    }
    return start..<(start + size)
  }

  /// Returns what a tensor of strings takes; nil when its offsets are not in order.
  private func stringSize(_ count: Int, in bytes: UnsafeRawBufferPointer) -> Int? {
    guard count < bytes.count / 8 else { return nil }
    let header = (count + 1) * 8
    var previous: UInt64 = 0
    for index in 0...count {
      let offset = bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
      guard offset >= previous, index > 0 || offset == 0 else { return nil }
      previous = offset
    }
    guard previous <= UInt64(bytes.count - header) else { return nil }
    return header + Int(previous)
  }

  /// Returns the bytes of a section of tensors, or with 0 those of small tensors.
  func storage(ofSection section: Int) -> Storage? {
    section == 0 ? small : data[section - 1]
  }

  /// Returns how a tensor is encoded; nil for a dense one.
  func kind(of tensor: Int) -> EncodingKind? {
    encodings[tensor] == 0
      ? nil : EncodingKind(rawValue: UInt8(encodingKinds[encodings[tensor] - 1]))
  }

  /// Whether a tensor is sparse by its type: stored by the coordinates of its elements.
  func isSparse(_ tensor: Int) -> Bool { kind(of: tensor) == .coordinates }
}

// MARK: - Making tensors

extension TensorColumns {
  /// Returns the tensors as views on the file.
  func makeTensors(_ typeColumns: TypeColumns) throws(FormatError) -> [Tensor] {
    var tensors: [Tensor] = []
    tensors.reserveCapacity(count)
    var cache: [Int: [Int]] = [:]
    for index in 0..<count {
      let kind = kind(of: index)
      let (element, elements) = try typeColumns.tensor(
        types[index], sparse: kind == .coordinates)
      let shape = cache[types[index]] ?? typeColumns.extents(of: types[index])
      cache[types[index]] = shape
      let tensor: Tensor?
      if kind == nil {
        let range = try place(of: index, element, elements)
        let storage = storage(ofSection: sections[index]) ?? Storage(byteCount: 0) { _ in }
        tensor = Tensor(element, shape: shape, storage: storage, range: range)
      } else {
        let numbers = try partNumbers(of: index)
        let (first, second) = (tensors[numbers.first], tensors[numbers.second])
        tensor =
          kind == .bitmask
          ? SparseElements(mask: first, values: second, count: elements)
            .flatMap { Tensor(element, shape: shape, storage: Storage(expanding: $0)) }
          : Tensor(
            element, shape: shape, encoding: .coordinates(indices: second),
            storage: first.storage, range: first.range)
      }
      guard let tensor else {
        throw types.invalid("the bytes of tensor \(index) do not fit its type", at: index)
      }
      tensors.append(tensor)
    }
    return tensors
  }
}
