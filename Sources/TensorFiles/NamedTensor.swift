public import Tensors

/// A tensor with the name that a file or a graph gives it.
public struct NamedTensor: Hashable, Sendable {
  public var name: String
  public var tensor: Tensor

  /// Creates a pair of both.
  public init(_ name: String, _ tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}
