import IR
import Tensors

extension Tensor {
  /// Returns the same elements under another shape.
  ///
  /// - Throws: `incompatibleShapes` when they do not fill it.
  func filling(_ shape: [Int]) throws(OperatorError) -> Tensor {
    guard let result = reshaped(to: shape) else {
      throw OperatorError(
        .incompatibleShapes, "a tensor of shape \(self.shape) does not fill \(shape)")
    }
    return result
  }
}

extension KernelContext {
  /// Returns `[batch, sequence, heads · width]` as `[batch, heads, sequence, width]`.
  func splitHeads(_ tensor: Tensor, count: Int) throws(OperatorError) -> Tensor {
    let shape = tensor.shape
    guard shape.count == 3, count > 0, shape[2] % count == 0 else {
      throw OperatorError(
        .incompatibleShapes, "a tensor of shape \(shape) does not divide into \(count) heads",
        remedy: "its shape must be [batch, sequence, heads · width]")
    }
    let rows = try tensor.filling([shape[0], shape[1], count, shape[2] / count])
    return try output(of: "Transpose", rows, with: ["perm": [0, 2, 1, 3].attribute])
  }

  /// Returns `[batch, heads, sequence, width]` as `[batch, sequence, heads · width]`.
  func joinHeads(_ tensor: Tensor) throws(OperatorError) -> Tensor {
    let shape = tensor.shape
    let rows = try output(of: "Transpose", tensor, with: ["perm": [0, 2, 1, 3].attribute])
    return try rows.filling([shape[0], shape[2], shape[1] * shape[3]])
  }

  /// Returns tensors joined along an axis; the ones that are left out count as empty.
  func joined(_ tensors: [Tensor?], axis: Int) throws(OperatorError) -> Tensor {
    let tensors = tensors.compactMap { $0 }
    if tensors.count == 1 { return tensors[0] }
    return try outputs(of: "Concat", tensors, ["axis": .int(Int64(axis))])[0]
  }

  /// Returns the elements of `range` along an axis.
  func part(
    of tensor: Tensor, _ range: Range<Int>, axis: Int
  ) throws(OperatorError) -> Tensor {
    if range == 0..<tensor.shape[axis] { return tensor }
    let bounds = [range.lowerBound, range.upperBound, axis].map {
      Tensor(shape: [1], scalars: [Int64($0)])
    }
    return try output(of: "Slice", tensor, bounds[0], bounds[1], bounds[2])
  }

  /// Returns a number in the type that the execution has for 32 bits.
  func number(_ number: Float) -> Tensor {
    Tensor(scalar: number).converted(to: resultType(for: .float32))
  }
}

extension KernelContext {
  /// Returns the factor that the attribute `scale` names; zero counts as none.
  func attentionScale() throws(OperatorError) -> Float? {
    let scale = try value(of: ScaledAttention.scaleKey)
    return scale == 0 ? nil : scale
  }
}

/// Attention of queries to keys and values: `softmax(scale · Q · Kᵀ + mask) · V`.
///
/// Queries, keys and values are `[batch, heads, sequence, width]`. There may be several heads of
/// queries for each head of keys and values.
struct ScaledAttention {
  static let scaleKey = OptionalAttributeKey<Float>("scale")

  /// Checks a number of heads, which is kept small enough to be multiplied.
  static func check(heads: Int, _ name: String = "num_heads") throws(OperatorError) {
    guard (1...(1 << 30)).contains(heads) else {
      throw OperatorError(.invalidAttribute, "\(name) is \(heads)")
    }
  }

  let queries: Tensor
  let keys: Tensor
  let values: Tensor

  /// The factor of the products; by default `1 / √width`.
  var scale: Float?
  /// What is added to the products, each broadcasting to `[batch, heads, queries, keys]`.
  var addends: [Tensor] = []
  /// If not zero, products `x` become `softcap · tanh(x / softcap)` before anything is added.
  var softcap: Float = 0
  /// For each head the logarithm of what is added to the denominator of the softmax.
  var sinks: Tensor?

  /// What the softmax is applied to.
  func scores(_ context: borrowing KernelContext) throws(OperatorError) -> Tensor {
    let (q, k) = (queries.shape, keys.shape)
    let group = try groupSize()
    let left = try queries.filling([q[0], k[1], group, q[2], q[3]])
    let right = try context.output(
      of: "Transpose", keys.filling([k[0], k[1], 1, k[2], k[3]]),
      with: ["perm": [0, 1, 2, 4, 3].attribute])
    let products = try context.output(of: "MatMul", left, right)
    let factor = scale ?? Float(1 / Double(max(1, q[3])).squareRoot())
    var scores = try context.output(of: "Mul", products, context.number(factor))
    if softcap != 0 {
      let bound = context.number(softcap)
      let ratio = try context.output(of: "Tanh", context.output(of: "Div", scores, bound))
      scores = try context.output(of: "Mul", ratio, bound)
    }
    scores = try scores.filling([q[0], q[1], q[2], k[2]])
    for addend in addends { scores = try sum(scores, addend, context) }
    return scores
  }

  /// The weights of the values.
  func weights(
    of scores: Tensor, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    guard let sinks else { return try context.output(of: "Softmax", scores) }
    let (shape, heads) = (scores.shape, scores.shape[1])
    guard sinks.count == heads else {
      throw OperatorError(
        .incompatibleShapes, "there are \(sinks.count) sinks for \(heads) heads")
    }
    let target = Tensor(shape: [4], scalars: [shape[0], heads, shape[2], 1].map(Int64.init))
    let column = try context.output(of: "Expand", sinks.filling([1, heads, 1, 1]), target)
    let weights = try context.output(of: "Softmax", context.joined([scores, column], axis: 3))
    return try context.part(of: weights, 0..<shape[3], axis: 3)
  }

  /// The values in proportion to their weights: `[batch, heads, queries, width]`.
  func result(
    of weights: Tensor, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    let (w, v) = (weights.shape, values.shape)
    let left = try weights.filling([w[0], v[1], try groupSize(), w[2], w[3]])
    let right = try values.filling([v[0], v[1], 1, v[2], v[3]])
    let product = try context.output(of: "MatMul", left, right)
    return try product.filling([w[0], w[1], w[2], v[3]])
  }

  /// The number of heads of queries for each head of keys.
  private func groupSize() throws(OperatorError) -> Int {
    let (q, k, v) = (queries.shape, keys.shape, values.shape)
    guard q.count == 4, k.count == 4, v.count == 4, q[0] == k[0], q[3] == k[3],
      k[..<3] == v[..<3], k[1] > 0, q[1] % k[1] == 0
    else {
      throw OperatorError(
        .incompatibleShapes, "queries \(q), keys \(k) and values \(v) do not match",
        remedy: "their shapes must be [batch, heads, sequence, width]")
    }
    return q[1] / k[1]
  }

  private func sum(
    _ scores: Tensor, _ addend: Tensor, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    guard try broadcastShape(of: [scores.shape, addend.shape]) == scores.shape else {
      throw OperatorError(
        .incompatibleShapes,
        "an addend of shape \(addend.shape) does not broadcast to products of \(scores.shape)")
    }
    return try context.output(of: "Add", scores, addend)
  }
}
