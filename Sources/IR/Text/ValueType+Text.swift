import Tensors

extension ValueType {
  /// The type as the parser reads it back: names in quotation marks where they need them.
  var text: String {
    switch self {
    case .opaque(let domain, let name): "opaque(\(domain.quoted), \(name.quoted))"
    case .sequence(let element): "sequence(\(element.text))"
    case .optional(let element): "optional(\(element.text))"
    case .map(let key, let value): "map(\(key), \(value.text))"
    case .tensor, .sparseTensor: description
    }
  }
}
