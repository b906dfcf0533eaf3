import Tensors

extension Shape {
  /// Whether the shape and another may be the same: nothing that is known of them differs.
  func agrees(with other: Shape) -> Bool {
    rank == other.rank
      && zip(dimensions, other.dimensions).allSatisfy { own, other in
        guard let own = own.fixedValue, let other = other.fixedValue else { return true }
        return own == other
      }
  }

  /// Returns the shape with what only another one says, which agrees with it.
  func completed(by other: Shape?) -> Shape {
    guard let other, other.rank == rank else { return self }
    return Shape(
      zip(dimensions, other.dimensions).map { own, other in
        own.fixedValue == nil && (other.fixedValue != nil || own == .unknown) ? other : own
      })
  }
}
