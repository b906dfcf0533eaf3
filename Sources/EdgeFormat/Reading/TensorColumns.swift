import FlatBuffers
import FormatSupport
import Tensors

/// The tensors of a file, checked with their bytes (§3 of Docs/EdgeFormat.md).
struct TensorColumns {
  let count: Int
  private let types: Column
  private let sections: Column
  private let offsets: Column
  private let small: Storage?
  private let encodings: Column
  private let encodingKinds: Column
  private let firstParts: Column
  private let partCounts: Column
  private let parts: Column
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
      let isEncoded = encodings[index] != 0
      if isEncoded { try noteEncoding(of: index) }
      let (element, elements) = try locating("types[\(index)]") { () throws(FormatError) in
        try typeColumns.tensor(types[index], sparse: isEncoded)
      }
      if element == .string { features.insert(.strings) }
      if isEncoded {
        try checkCoordinates(index, element, elements, typeColumns, &workLeft)
      } else {
        let range = try place(of: index, element, elements)
        if element == .string { workLeft -= range.count }
      }
      guard workLeft >= 0 else {
        throw offsets.invalid("tensors of strings or coordinates share their bytes", at: index)
      }
    }
  }

  private mutating func noteEncoding(of index: Int) throws(FormatError) {
    let encoding = encodings[index] - 1
    guard let kind = EncodingKind(rawValue: UInt8(encodingKinds[encoding])) else {
      throw encodingKinds.invalid(
        "encoding \(encodingKinds[encoding]) is not known", at: encoding)
    }
    features.insert(kind.feature)
    guard kind == .coordinates else {
      throw FormatError(
        .unsupported, "tensors with the encoding \(kind) cannot be read by this version",
        path: ["encodings[\(index)]"], remedy: "use a newer ferry")
    }
    guard sections[index] == 0, offsets[index] == 0 else {
      throw sections.invalid("an encoded tensor has bytes of its own", at: index)
    }
  }
}

// MARK: - Places

extension TensorColumns {
  /// Returns where the bytes of a dense tensor are in their storage.
  private func place(
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

  private func storage(ofSection section: Int) -> Storage? {
    section == 0 ? small : data[section - 1]
  }
}

// MARK: - Coordinates

extension TensorColumns {
  private func partNumbers(of index: Int) throws(FormatError) -> (values: Int, indices: Int) {
    let encoding = encodings[index] - 1
    let first = firstParts[encoding]
    guard partCounts[encoding] == 2, first < parts.count, first + 1 < parts.count else {
      throw firstParts.invalid("coordinates need two parts", at: encoding)
    }
    let numbers = (parts[first], parts[first + 1])
    guard numbers.0 < index, numbers.1 < index, encodings[numbers.0] == 0,
      encodings[numbers.1] == 0
    else {
      throw parts.invalid("tensor \(index) cannot be made of these parts", at: first)
    }
    return numbers
  }

  private func checkCoordinates(
    _ index: Int, _ element: ElementType, _ elements: Int, _ typeColumns: TypeColumns,
    _ workLeft: inout Int
  ) throws(FormatError) {
    let numbers = try partNumbers(of: index)
    let values = try typeColumns.tensor(types[numbers.values], sparse: false)
    let indices = try typeColumns.tensor(types[numbers.indices], sparse: false)
    let valueShape = typeColumns.extents(of: types[numbers.values])
    let indexShape = typeColumns.extents(of: types[numbers.indices])
    let shape = typeColumns.extents(of: types[index])
    workLeft -= 8 * (valueShape.count + indexShape.count + shape.count)
    guard values.element == element, indices.element == .int64, valueShape.count == 1,
      indexShape.first == valueShape[0],
      indexShape.count == 1 || (indexShape.count == 2 && indexShape[1] == shape.count)
    else {
      throw encodings.invalid("the parts of tensor \(index) do not fit together", at: index)
    }
    let range = try place(of: numbers.indices, .int64, indices.count)
    workLeft -= range.count
    guard workLeft >= 0, let storage = storage(ofSection: sections[numbers.indices]) else { return }
    let bytes = UnsafeRawBufferPointer(rebasing: storage.bytes[range])
    let strides = indexShape.count == 1 ? nil : shape
    guard Self.ascend(bytes, count: valueShape[0], extents: strides, below: elements) else {
      throw encodings.invalid("the coordinates do not ascend inside the tensor", at: index)
    }
  }

  private static func ascend(
    _ bytes: UnsafeRawBufferPointer, count: Int, extents: [Int]?, below limit: Int
  ) -> Bool {
    var previous = -1
    let rank = extents?.count ?? 1
    for row in 0..<(rank == 0 ? 0 : count) {
      var position = 0
      for axis in 0..<rank {
        let place = 8 * (row * rank + axis)
        let index = Int(bytes.loadUnaligned(fromByteOffset: place, as: Int64.self))
        let extent = extents?[axis] ?? limit
        guard index >= 0, index < extent else { return false }
        // Below the product of the extents, which does not overflow.
        position = position * extent + index
      }
      guard position > previous else { return false }
      previous = position
    }
    return rank > 0 || count <= 1
  }
}

// MARK: - Making tensors

extension TensorColumns {
  /// Returns the tensors as views on the file.
  func makeTensors(_ typeColumns: TypeColumns) throws(FormatError) -> [Tensor] {
    var tensors: [Tensor] = []
    tensors.reserveCapacity(count)
    var cache: [Int: [Int]] = [:]
    for index in 0..<count {
      let isEncoded = encodings[index] != 0
      let (element, elements) = try typeColumns.tensor(types[index], sparse: isEncoded)
      let shape = cache[types[index]] ?? typeColumns.extents(of: types[index])
      cache[types[index]] = shape
      let tensor: Tensor?
      if isEncoded {
        let numbers = try partNumbers(of: index)
        let values = tensors[numbers.values]
        tensor = Tensor(
          element, shape: shape, encoding: .coordinates(indices: tensors[numbers.indices]),
          storage: values.storage, range: values.range)
      } else {
        let range = try place(of: index, element, elements)
        let storage = storage(ofSection: sections[index]) ?? Storage(byteCount: 0) { _ in }
        tensor = Tensor(element, shape: shape, storage: storage, range: range)
      }
      guard let tensor else {
        throw types.invalid("the bytes of tensor \(index) do not fit its type", at: index)
      }
      tensors.append(tensor)
    }
    return tensors
  }

  /// Whether a tensor is stored by the coordinates of its elements.
  func isSparse(_ tensor: Int) -> Bool { encodings[tensor] != 0 }
}
