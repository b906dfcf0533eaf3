/// How the bytes of a tensor stand for its elements.
public enum Encoding: Hashable, Sendable {
  /// Every element in row-major order.
  case dense

  /// The nonzero elements in the order of their indices; the others are zero.
  ///
  /// `indices` is int64 and holds row-major positions (shape `[n]`) or coordinates (shape
  /// `[n, rank]`), ascending and without repetition, as ONNX's `SparseTensorProto`.
  indirect case coordinates(indices: Tensor)
}
