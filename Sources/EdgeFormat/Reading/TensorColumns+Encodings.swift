import FormatSupport
import Tensors

// Tensors that are computed from others (§3.1 of Docs/EdgeFormat.md).

extension TensorColumns {
  /// Returns the two parts of an encoded tensor: earlier ones that are dense.
  func partNumbers(of index: Int) throws(FormatError) -> (first: Int, second: Int) {
    let encoding = encodings[index] - 1
    let first = firstParts[encoding]
    guard partCounts[encoding] == 2, first < parts.count, first + 1 < parts.count else {
      throw firstParts.invalid("the encoding needs two parts", at: encoding)
    }
    let numbers = (parts[first], parts[first + 1])
    guard numbers.0 < index, numbers.1 < index, encodings[numbers.0] == 0,
      encodings[numbers.1] == 0
    else {
      throw parts.invalid("tensor \(index) cannot be made of these parts", at: first)
    }
    return numbers
  }

  private func misfit(_ index: Int) -> FormatError {
    encodings.invalid("the parts of tensor \(index) do not fit together", at: index)
  }
}

// MARK: - Masks

extension TensorColumns {
  /// Throws unless a mask has a bit for each element of a tensor and as many set as are stored.
  ///
  /// What is spent on it bounds what tensors expand to: 64 bytes for each byte of a mask.
  func checkBitmask(
    _ index: Int, _ element: ElementType, _ elements: Int, _ typeColumns: TypeColumns,
    _ workLeft: inout Int
  ) throws(FormatError) {
    let numbers = try partNumbers(of: index)
    let mask = try typeColumns.tensor(types[numbers.first], sparse: false)
    let values = try typeColumns.tensor(types[numbers.second], sparse: false)
    let maskShape = typeColumns.extents(of: types[numbers.first])
    let valueShape = typeColumns.extents(of: types[numbers.second])
    workLeft -= 8 * (maskShape.count + valueShape.count)
    let maskSize = SparseElements.maskSize(of: elements)
    guard element.hasSparseForm, values.element == element, mask.element == .uint8,
      maskShape == [maskSize], valueShape.count == 1,
      element.byteCount(forElements: elements) != nil
    else { throw misfit(index) }
    let range = try place(of: numbers.first, .uint8, maskSize)
    workLeft -= range.count
    guard workLeft >= 0, let storage = storage(ofSection: sections[numbers.first]) else { return }
    let bytes = UnsafeRawBufferPointer(rebasing: storage.bytes[range])
    guard let bitCount = SparseElements.bitCount(of: bytes, elements) else {
      throw encodings.invalid("the mask of tensor \(index) has bits behind its elements", at: index)
    }
    guard bitCount == values.count else {
      throw encodings.invalid(
        "the mask of tensor \(index) has \(bitCount) bits for \(values.count) elements", at: index)
    }
  }
}

// MARK: - Coordinates

extension TensorColumns {
  /// Throws unless coordinates ascend inside a tensor, one for each element that is stored.
  func checkCoordinates(
    _ index: Int, _ element: ElementType, _ elements: Int, _ typeColumns: TypeColumns,
    _ workLeft: inout Int
  ) throws(FormatError) {
    let numbers = try partNumbers(of: index)
    let values = try typeColumns.tensor(types[numbers.first], sparse: false)
    let indices = try typeColumns.tensor(types[numbers.second], sparse: false)
    let valueShape = typeColumns.extents(of: types[numbers.first])
    let indexShape = typeColumns.extents(of: types[numbers.second])
    let shape = typeColumns.extents(of: types[index])
    workLeft -= 8 * (valueShape.count + indexShape.count + shape.count)
    guard values.element == element, indices.element == .int64, valueShape.count == 1,
      indexShape.first == valueShape[0],
      indexShape.count == 1 || (indexShape.count == 2 && indexShape[1] == shape.count)
    else { throw misfit(index) }
    let range = try place(of: numbers.second, .int64, indices.count)
    workLeft -= range.count
    guard workLeft >= 0, let storage = storage(ofSection: sections[numbers.second]) else { return }
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
