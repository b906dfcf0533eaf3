import Tensors

/// Returns what two types have in common: what is known of a value that is of either.
func generalized(_ left: ValueType?, _ right: ValueType?) -> ValueType? {
  guard let left, let right else { return nil }
  if left == right { return left }
  switch (left, right) {
  case (.tensor(let element, let shape), .tensor(let other, let otherShape)):
    return .tensor(element == other ? element : nil, generalized(shape, otherShape))
  case (.sequence(let element), .sequence(let other)):
    return generalized(element, other).map { .sequence($0) }
  case (.optional(let element), .optional(let other)):
    return generalized(element, other).map { .optional($0) }
  default: return nil
  }
}

private func generalized(_ left: Shape?, _ right: Shape?) -> Shape? {
  guard let left, let right, left.rank == right.rank else { return nil }
  return Shape(zip(left.dimensions, right.dimensions).map { $0 == $1 ? $0 : .unknown })
}

extension InferredValue {
  /// What is known of a value that is one of two.
  func generalized(with other: InferredValue) -> InferredValue {
    InferredValue(
      Operators.generalized(type, other.type), elements: elements == other.elements ? elements : nil
    )
  }
}

extension ValueType {
  /// The type with nothing said of the shapes of tensors.
  var withoutShape: ValueType {
    switch self {
    case .tensor(let element, _): .tensor(element, nil)
    case .sequence(let element): .sequence(element.withoutShape)
    case .optional(let element): .optional(element.withoutShape)
    default: self
    }
  }
}
