import Tensors

extension KernelContext {
  /// Returns the one integer that an input holds.
  ///
  /// - Throws: `invalidValue` when it holds several or one below `minimum`.
  func size(_ index: Int, atLeast minimum: Int) throws(OperatorError) -> Int {
    try checkedSize(try integers(index), ofInput: index, atLeast: minimum)
  }

  /// Returns the one integer that an input holds, or nil when it is left out.
  func optionalSize(_ index: Int, atLeast minimum: Int) throws(OperatorError) -> Int? {
    guard let numbers = try optionalIntegers(index) else { return nil }
    return try checkedSize(numbers, ofInput: index, atLeast: minimum)
  }
}

extension InferenceContext {
  /// Returns the one integer that an input holds, as far as it is known.
  ///
  /// - Throws: `invalidValue` when it is known to hold several or one below `minimum`.
  func size(_ index: Int, atLeast minimum: Int) throws(OperatorError) -> Dimension {
    guard let numbers = integers(index) else { return elements(index)?.elements.first ?? .unknown }
    return .fixed(try checkedSize(numbers, ofInput: index, atLeast: minimum))
  }
}

private func checkedSize(
  _ numbers: [Int], ofInput index: Int, atLeast minimum: Int
) throws(OperatorError) -> Int {
  guard numbers.count == 1, numbers[0] >= minimum else {
    throw OperatorError(
      .invalidValue,
      "input \(index) holds \(numbers.prefix(4)), not one number of at least \(minimum)")
  }
  return numbers[0]
}
