import Tensors

extension InferenceContext {
  /// What is known of every element of input `index`, where that is a sequence.
  func sequenceElement(_ index: Int) -> ValueType? {
    guard case .sequence(let element) = type(index) else { return nil }
    return element
  }
}

extension InferredValue {
  /// A sequence; of its elements nothing may be known but that they are tensors.
  static func sequence(of element: ValueType?) -> InferredValue {
    InferredValue(.sequence(element ?? .tensor(nil, nil)))
  }
}
