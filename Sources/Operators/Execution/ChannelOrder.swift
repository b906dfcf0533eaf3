import IR
import Tensors

extension Composer {
  /// Returns a tensor whose last axis is moved behind the batch, or nil when its rank is not known.
  func channelsFirst(_ value: Value) throws(OperatorError) -> Value? {
    guard let rank = shape(of: value)?.rank else { return nil }
    try check(rank: rank)
    return try transposed(value, [0, rank - 1] + Array(1..<(rank - 1)))
  }

  /// Returns a tensor whose second axis is moved to the end, or nil when its rank is not known.
  func channelsLast(_ value: Value) throws(OperatorError) -> Value? {
    guard let rank = shape(of: value)?.rank else { return nil }
    try check(rank: rank)
    return try transposed(value, [0] + Array(2..<rank) + [1])
  }

  /// Returns a tensor with its axes in another order.
  func transposed(_ value: Value, _ permutation: [Int]) throws(OperatorError) -> Value {
    try self("Transpose", value, with: ["perm": permutation.attribute])
  }

  private func check(rank: Int) throws(OperatorError) {
    guard rank >= 2 else {
      throw OperatorError(
        .incompatibleShapes, "a tensor of rank \(rank) has no batch and channel axes")
    }
  }
}
