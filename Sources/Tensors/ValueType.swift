/// The type of a value of a graph (ONNX `TypeProto`).
public indirect enum ValueType: Hashable, Sendable {
  /// A tensor; without an element type or a shape nothing is known of it.
  case tensor(ElementType?, Shape?)
  case sparseTensor(ElementType?, Shape?)
  case sequence(ValueType)
  case optional(ValueType)
  case map(key: ElementType, value: ValueType)
  /// A type that only the operators of its domain understand.
  case opaque(domain: String, name: String)
}

extension ValueType: CustomStringConvertible {
  /// The element type, when the type is a tensor.
  public var elementType: ElementType? {
    guard case .tensor(let elementType, _) = self else { return nil }
    return elementType
  }

  /// The shape, when the type is a tensor whose rank is known.
  public var shape: Shape? {
    guard case .tensor(_, let shape) = self else { return nil }
    return shape
  }

  /// The type as the text form writes it, such as `float32[batch, 3]` or `sequence(int64[?])`.
  public var description: String {
    switch self {
    case .tensor(let element, let shape):
      "\(element?.name ?? "any")\(shape?.description ?? "")"
    case .sparseTensor(let element, let shape):
      "sparse(\(element?.name ?? "any")\(shape?.description ?? ""))"
    case .sequence(let element): "sequence(\(element))"
    case .optional(let element): "optional(\(element))"
    case .map(let key, let value): "map(\(key), \(value))"
    case .opaque(let domain, let name): "opaque(\"\(domain)\", \"\(name)\")"
    }
  }
}
