import IR
import Tensors

/// Which keys each query may see, in the forms that ONNX Runtime's attention operators take.
struct AttentionMask {
  let batch: Int
  let queries: Int
  /// The number of keys before the first query.
  let past: Int
  /// The number of keys in all.
  let keys: Int
  /// What is added to the products with keys that are masked.
  let filter: Float
  /// Whether queries see no keys behind their own position.
  let isCausal: Bool

  static let filterKey = OptionalAttributeKey<Float>("mask_filter_value")
  static let unidirectional = AttributeKey<Int>("unidirectional", default: 0)

  /// Returns what is added to the products, `[batch, 1, queries, keys]`; nil for nothing.
  ///
  /// `mask` has one of the shapes
  /// - `[batch]`: the number of keys that are seen,
  /// - `[2 · batch]`: where they end, then where they start,
  /// - `[batch, keys]`, `[batch, queries, keys]`, `[batch, 1, any, any]`: 1 for each that is seen.
  func addend(
    _ mask: Tensor?, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor? {
    guard mask != nil || isCausal else { return nil }
    let shape = [batch, 1, queries, keys]
    let count = try context.checkOutput(.float64, shape: shape)
    var addend = [Float](repeating: 0, count: count)
    if let mask { try apply(mask, to: &addend) }
    if isCausal { hideLaterKeys(&addend) }
    return Tensor(shape: shape, scalars: addend).converted(to: context.resultType(for: .float32))
  }

  private func hideLaterKeys(_ addend: inout [Float]) {
    for row in 0..<(batch * queries) {
      let first = past + row % queries + 1
      guard first < keys else { continue }
      for key in first..<keys { addend[row * keys + key] = -.greatestFiniteMagnitude }
    }
  }

  private func apply(_ mask: Tensor, to addend: inout [Float]) throws(OperatorError) {
    let (values, shape) = (try mask.integers, mask.shape)
    let isSeen: (_ batch: Int, _ query: Int, _ key: Int) -> Bool
    switch shape.count {
    case 1 where shape == [batch]: isSeen = { batch, _, key in key < values[batch] }
    case 1 where shape == [2 * batch]:
      isSeen = { [self] batch, _, key in
        key < values[batch] && key >= values[self.batch + batch]
      }
    case 2 where shape == [batch, keys]:
      isSeen = { [self] batch, _, key in values[batch * keys + key] > 0 }
    case 3 where shape == [batch, queries, keys]:
      isSeen = { [self] batch, query, key in
        values[(batch * queries + query) * keys + key] > 0
      }
    case 4
    where shape[..<2] == [batch, 1] && shape[2] >= past + queries && shape[3] >= keys:
      isSeen = { [self] batch, query, key in
        values[(batch * shape[2] + past + query) * shape[3] + key] > 0
      }
    default:
      throw OperatorError(
        .incompatibleShapes,
        "a mask of shape \(shape) fits neither \(batch) sequences of \(queries) queries nor "
          + "\(keys) keys",
        remedy: "its shape must be [batch], [2 · batch], [batch, keys] or "
          + "[batch, queries, keys]")
    }
    for row in 0..<(batch * queries) {
      for key in 0..<keys where !isSeen(row / queries, row % queries, key) {
        addend[row * keys + key] = filter
      }
    }
  }
}
