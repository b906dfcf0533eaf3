import Tensors

extension ValueType {
  /// The dimensions of all tensors that the type speaks of.
  var dimensions: [Dimension] {
    switch self {
    case .tensor(_, let shape), .sparseTensor(_, let shape): shape?.dimensions ?? []
    case .sequence(let element), .optional(let element), .map(_, let element): element.dimensions
    case .opaque: []
    }
  }

  /// Returns the type with other dimensions.
  func mapDimensions(_ transform: (Dimension) -> Dimension) -> ValueType {
    switch self {
    case .tensor(let element, let shape):
      .tensor(element, shape.map { Shape($0.dimensions.map(transform)) })
    case .sparseTensor(let element, let shape):
      .sparseTensor(element, shape.map { Shape($0.dimensions.map(transform)) })
    case .sequence(let element): .sequence(element.mapDimensions(transform))
    case .optional(let element): .optional(element.mapDimensions(transform))
    case .map(let key, let value): .map(key: key, value: value.mapDimensions(transform))
    case .opaque: self
    }
  }
}

extension InferredValue {
  /// The dimensions of the type and the elements that are followed.
  var dimensions: [Dimension] { (type?.dimensions ?? []) + (elements?.elements ?? []) }

  /// Returns the value with other dimensions and elements.
  func mapDimensions(_ transform: (Dimension) -> Dimension) -> InferredValue {
    InferredValue(
      type?.mapDimensions(transform),
      elements: elements.flatMap {
        SymbolicTensor(shape: $0.shape, elements: $0.elements.map(transform))
      })
  }
}
