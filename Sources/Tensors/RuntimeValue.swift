/// A value during execution: what a graph is given, computes and returns.
public indirect enum RuntimeValue: Hashable, Sendable {
  case tensor(Tensor)
  case sequence([RuntimeValue])
  /// An optional that holds a value, or nothing.
  case optional(RuntimeValue?)
  /// Keys (an int64 or string tensor of one axis) and the values beside them.
  case map(keys: Tensor, values: [RuntimeValue])
}

extension RuntimeValue {
  /// The tensor, when the value is one.
  public var tensor: Tensor? {
    guard case .tensor(let tensor) = self else { return nil }
    return tensor
  }

  /// What kind of value this is, for messages.
  public var kindName: String {
    switch self {
    case .tensor: "a tensor"
    case .sequence: "a sequence"
    case .optional: "an optional"
    case .map: "a map"
    }
  }
}
