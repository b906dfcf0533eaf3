public import Tensors

extension Attribute {
  /// The value as a tensor: a number or string as a scalar, a list as one axis; nil for others.
  public var constantTensor: Tensor? {
    switch self {
    case .tensor(let tensor): tensor
    case .float(let value): Tensor(scalar: value)
    case .int(let value): Tensor(scalar: value)
    case .string(let value): Tensor(shape: [], strings: [value])
    case .floats(let values): Tensor(shape: [values.count], scalars: values)
    case .ints(let values): Tensor(shape: [values.count], scalars: values)
    case .strings(let values): Tensor(shape: [values.count], strings: values)
    default: nil
    }
  }
}
