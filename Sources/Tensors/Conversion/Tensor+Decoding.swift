extension Tensor {
  /// Returns the tensor with every element in row-major order, or nil when an index of its encoding
  /// does not lie in its shape.
  ///
  /// Elements that are not stored have no bits set; strings are empty. The result takes memory in
  /// proportion to the shape, which a file can make far larger than what it stores.
  public func decoded() -> Tensor? {
    guard case .coordinates(let indices) = encoding else { return self }
    guard let positions = positions(of: indices) else { return nil }
    if elementType == .string { return decodedStrings(at: positions) }
    if elementType.isPacked { return decodedPacked(at: positions) }
    guard elementType.byteCount(forElements: count) != nil else { return nil }
    let source = bytes
    let size = elementType.bitWidth / 8
    return Tensor(elementType, shape: shape) { target in
      target.initializeMemory(as: UInt8.self, repeating: 0)
      for (stored, position) in positions.enumerated() {
        let element = UnsafeRawBufferPointer(rebasing: source[(stored * size)...].prefix(size))
        UnsafeMutableRawBufferPointer(rebasing: target[(position * size)...].prefix(size))
          .copyMemory(from: element)
      }
    }
  }

  private func decodedStrings(at positions: [Int]) -> Tensor {
    var strings = [ByteString](repeating: "", count: count)
    for (position, string) in zip(positions, self.strings) { strings[position] = string }
    return Tensor(shape: shape, strings: strings)
  }

  private func decodedPacked(at positions: [Int]) -> Tensor? {
    let (source, width) = (bytes, elementType.bitWidth)
    let spread = Tensor(.uint8, shape: shape) { target in
      target.initializeMemory(as: UInt8.self, repeating: 0)
      for (stored, position) in positions.enumerated() {
        target[position] = packedElement(stored, of: source, width: width, isSigned: false)
      }
    }
    return spread.packed(as: elementType)
  }

  /// The row-major positions that `indices` stands for, or nil when one is outside of the shape.
  private func positions(of indices: Tensor) -> [Int]? {
    guard indices.encoding == .dense, let stored = indices.shape.first else { return nil }
    let numbers = indices.scalars(of: Int64.self)
    if indices.rank == 1 {
      let limit = Int64(count)
      guard numbers.allSatisfy({ $0 >= 0 && $0 < limit }) else { return nil }
      return numbers.map { Int($0) }
    }
    guard indices.shape == [stored, rank] else { return nil }
    return coordinatePositions(numbers, stored)
  }

  private func coordinatePositions(_ numbers: [Int64], _ stored: Int) -> [Int]? {
    var positions: [Int] = []
    positions.reserveCapacity(stored)
    for first in stride(from: 0, to: stored * rank, by: max(rank, 1)) {
      var position = 0
      for axis in shape.indices {
        let coordinate = numbers[first + axis]
        guard coordinate >= 0, coordinate < Int64(shape[axis]) else { return nil }
        position = position * shape[axis] + Int(coordinate)
      }
      positions.append(position)
    }
    return positions
  }
}
