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

  /// Returns `count` neighbours from position `start` on of each of the equal parts of an axis.
  func window(from start: Int, count: Int, ofEach parts: Int, along axis: Int) -> Tensor? {
    guard parts > 1 else { return window(from: start, count: count, along: axis) }
    guard shape.indices.contains(axis), shape[axis] % parts == 0 else { return nil }
    var (divided, result) = (shape, shape)
    divided.replaceSubrange(axis...axis, with: [parts, shape[axis] / parts])
    result[axis] = parts * count
    return reshaped(to: divided)?.window(from: start, count: count, along: axis + 1)?
      .reshaped(to: result)
  }

  /// Returns the position along each axis of the element at a row-major index of a shape.
  static func position(of index: Int, in shape: [Int]) -> [Int] {
    var rest = index
    return shape.reversed().map { extent in
      defer { rest /= max(1, extent) }
      return rest % max(1, extent)
    }.reversed()
  }

  /// Whether the tensor is what an operator is told rather than what it computes with.
  var isParameter: Bool { count <= 1 || isListOfSizes }

  /// Whether the tensor is a short list of integers, which tells an operator a shape, axes or
  /// the like rather than data.
  var isListOfSizes: Bool {
    (elementType == .int64 || elementType == .int32) && rank <= 1 && count <= 16
      && encoding == .dense
  }

  /// Returns the integers with others in the place of those that `change` gives some for; nil where
  /// there is none.
  func replacingIntegers(by change: (Int) -> Int?) -> Tensor? {
    func replaced<Integer: TensorScalar & FixedWidthInteger>(_ type: Integer.Type) -> Tensor? {
      let elements = scalars(of: type)
      let changed = elements.map { element in
        change(Int(truncatingIfNeeded: element)).flatMap(Integer.init(exactly:)) ?? element
      }
      return changed == elements ? nil : Tensor(shape: shape, scalars: changed)
    }
    switch elementType {
    case .int64 where encoding == .dense: return replaced(Int64.self)
    case .int32 where encoding == .dense: return replaced(Int32.self)
    default: return nil
    }
  }
}
