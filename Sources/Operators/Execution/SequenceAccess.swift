import Tensors

extension KernelContext {
  /// The bytes that an element of a sequence takes beside its contents, at least.
  private static let elementOverhead = 128

  /// Returns the elements of the sequence at `index` of the inputs.
  ///
  /// - Throws: `missingInput` when it is left out, `invalidType` when it is no sequence.
  func sequence(_ index: Int) throws(OperatorError) -> [RuntimeValue] {
    guard index < inputs.count, let value = inputs[index] else {
      throw OperatorError(.missingInput, "input \(index) is missing")
    }
    guard case .sequence(let elements) = value else {
      throw OperatorError(.invalidType, "input \(index) is \(value.kindName), not a sequence")
    }
    return elements
  }

  /// Returns the tensors of the sequence at `index`, which all have one element type.
  ///
  /// - Throws: `invalidType` for other elements.
  func tensors(ofSequence index: Int) throws(OperatorError) -> [Tensor] {
    var tensors: [Tensor] = []
    for element in try sequence(index) {
      guard let tensor = element.tensor else {
        throw OperatorError(.invalidType, "an element is \(element.kindName), not a tensor")
      }
      try check(tensor, fits: tensors.first)
      tensors.append(tensor)
    }
    return tensors
  }

  /// Checks that a tensor has the element type of one that is in the sequence already.
  func check(_ tensor: Tensor, fits other: Tensor?) throws(OperatorError) {
    guard let other, other.elementType != tensor.elementType else { return }
    throw OperatorError(
      .invalidType,
      "a tensor of \(tensor.elementType) is in a sequence with one of \(other.elementType)")
  }

  /// Returns a position counted from the front, or nil when input `index` is left out.
  ///
  /// - Throws: `invalidValue` when `places` does not have the position.
  func position(_ index: Int, in places: Range<Int>, of count: Int) throws(OperatorError) -> Int? {
    guard let positions = try optionalIntegers(index) else { return nil }
    guard positions.count == 1 else {
      throw OperatorError(
        .incompatibleShapes, "the position is \(positions.count) numbers, not one")
    }
    let position = positions[0] < 0 ? positions[0] &+ count : positions[0]
    guard places.contains(position) else {
      throw OperatorError(
        .invalidValue, "position \(positions[0]) is out of range for a sequence of \(count)")
    }
    return position
  }

  /// Checks a sequence of a number of elements, before they are made, against the memory limit.
  func checkSequence(count: Int, byteCount: Int = 0) throws(OperatorError) {
    let (overhead, overflow) = count.multipliedReportingOverflow(by: Self.elementOverhead)
    guard !overflow, overhead <= memoryLimit, byteCount <= memoryLimit - overhead else {
      throw OperatorError(
        .limitExceeded,
        "a sequence of \(count) elements exceeds the memory limit of \(memoryLimit) bytes")
    }
  }

  /// Returns a sequence as the only output, having checked it against the memory limit.
  func output(_ elements: [RuntimeValue]) throws(OperatorError) -> [RuntimeValue] {
    var byteCount = 0
    for element in elements { byteCount += element.tensor?.range.count ?? 0 }
    try checkSequence(count: elements.count, byteCount: byteCount)
    return [.sequence(elements)]
  }
}
