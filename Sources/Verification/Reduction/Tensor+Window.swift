import Tensors

extension Tensor {
  /// Returns `count` neighbours along an axis from position `start` on; nil for elements that are
  /// not whole bytes, and for sparse tensors.
  func window(from start: Int, count: Int, along axis: Int) -> Tensor? {
    let size = elementType.bitWidth / 8
    guard encoding == .dense, size > 0, elementType.bitWidth % 8 == 0, shape.indices.contains(axis),
      start >= 0, count >= 0, start <= shape[axis] - count
    else { return nil }
    let rows = shape[..<axis].reduce(1, *)
    let width = shape[(axis + 1)...].reduce(size, *)
    var result = shape
    result[axis] = count
    return Tensor(elementType, shape: result) { target in
      for row in 0..<rows {
        let first = (row * shape[axis] + start) * width
        UnsafeMutableRawBufferPointer(
          rebasing: target[(row * count * width)..<((row + 1) * count * width)]
        ).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[first..<(first + count * width)]))
      }
    }
  }

  /// Returns the position along each axis of the element at a row-major index of a shape.
  static func position(of index: Int, in shape: [Int]) -> [Int] {
    var rest = index
    return shape.reversed().map { extent in
      defer { rest /= max(1, extent) }
      return rest % max(1, extent)
    }.reversed()
  }

  /// Whether the tensor is a short list of integers, which tells an operator a shape, axes or
  /// the like rather than data.
  var isListOfSizes: Bool {
    (elementType == .int64 || elementType == .int32) && rank <= 1 && count <= 16
      && encoding == .dense
  }

  /// Returns the integers with one in the place of each that is another; nil where there is none.
  func replacing(_ number: Int, with other: Int) -> Tensor? {
    func replaced<Integer: TensorScalar & FixedWidthInteger>(_ type: Integer.Type) -> Tensor? {
      guard let number = Integer(exactly: number), let other = Integer(exactly: other) else {
        return nil
      }
      let elements = scalars(of: type)
      guard elements.contains(number) else { return nil }
      return Tensor(shape: shape, scalars: elements.map { $0 == number ? other : $0 })
    }
    switch elementType {
    case .int64 where encoding == .dense: return replaced(Int64.self)
    case .int32 where encoding == .dense: return replaced(Int32.self)
    default: return nil
    }
  }
}
