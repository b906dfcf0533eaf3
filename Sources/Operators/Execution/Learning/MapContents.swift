import Glibc
import Tensors

extension KernelContext {
  /// Returns the map at `index` of the inputs: its keys, and a list of as many values.
  ///
  /// - Throws: `invalidType` for another kind of value, or values that are not single elements
  ///   of one type.
  func map(_ index: Int) throws(OperatorError) -> (keys: Tensor, values: Tensor) {
    guard index < inputs.count, case .map(let keys, let values)? = inputs[index] else {
      throw OperatorError(.invalidType, "input \(index) is not a map")
    }
    let tensors = values.compactMap(\.tensor)
    let type = tensors.first?.elementType ?? .float32
    guard tensors.count == values.count, keys.count == values.count,
      tensors.allSatisfy({ $0.count == 1 && $0.elementType == type }),
      type == .string || type.bitWidth >= 8
    else {
      throw OperatorError(.invalidType, "the values of the map are not single elements of one type")
    }
    guard type != .string else {
      return (keys, Tensor(shape: [values.count], strings: tensors.flatMap(\.strings)))
    }
    let width = type.bitWidth / 8
    let list = Tensor(type, shape: [values.count]) { result in
      for (place, tensor) in tensors.enumerated() {
        UnsafeMutableRawBufferPointer(rebasing: result[(place * width)...])
          .copyMemory(from: tensor.bytes)
      }
    }
    return (keys, list)
  }
}

extension Tensor {
  /// Returns a tensor of zeros, or of the text `filler`, with some of the elements at new places.
  ///
  /// - Precondition: the elements have whole bytes, or are strings; all places are in range.
  func spread(
    _ moves: [(from: Int, to: Int)], shape: [Int], filler: ByteString
  ) -> Tensor {
    guard elementType != .string else {
      let strings = strings
      var result = [ByteString](repeating: filler, count: product(shape))
      for move in moves { result[move.to] = strings[move.from] }
      return Tensor(shape: shape, strings: result)
    }
    let width = elementType.bitWidth / 8
    return Tensor(elementType, shape: shape) { result in
      if let start = result.baseAddress { memset(start, 0, result.count) }
      for move in moves {
        let source = bytes[(move.from * width)..<(move.from + 1) * width]
        UnsafeMutableRawBufferPointer(rebasing: result[(move.to * width)...])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: source))
      }
    }
  }

  /// Returns the numbers as texts with six digits behind the point, as ONNX Runtime writes them.
  func fixedPointTexts() throws(OperatorError) -> Tensor {
    guard elementType.isFloatingPoint else {
      throw OperatorError(.invalidType, "a map with values of \(elementType) is cast to strings")
    }
    let texts = converted(to: .float64).scalars(of: Double.self).map { number in
      var text = [CChar](repeating: 0, count: 512)
      _ = withVaList([number]) { vsnprintf(&text, text.count, "%f", $0) }
      return ByteString(bytes: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)))
    }
    return Tensor(shape: shape, strings: texts)
  }
}
