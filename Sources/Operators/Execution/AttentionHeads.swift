import IR
import Tensors

/// The queries, keys and values of an attention, each as (batch, heads, sequence, size).
struct AttentionHeads<Scalar: RealScalar> {
  let queries: Tensor
  let keys: Tensor
  let values: Tensor

  var batch: Int { queries.shape[0] }
  var headCount: Int { queries.shape[1] }
  var queryCount: Int { queries.shape[2] }
  var headSize: Int { queries.shape[3] }
  var keyCount: Int { keys.shape[2] }
  var valueSize: Int { values.shape[3] }

  /// The shape of the scores of all heads.
  var scoresShape: [Int] { [batch, headCount, queryCount, keyCount] }

  /// The shape of the result of all heads.
  var resultShape: [Int] { [batch, headCount, queryCount, valueSize] }

  /// Returns the heads with queries and keys multiplied by the root of a factor, which keeps their
  /// products small; without a factor, by that of the inverse root of a head's size.
  func scaled(by scale: Float?, _ rounding: Rounding) -> AttentionHeads {
    let factor = scale.map { Scalar($0) } ?? 1 / Scalar(headSize).squareRoot()
    let root = rounding(factor.squareRoot())
    let scale = { (tensor: Tensor) in
      mapped(tensor, from: Scalar.self, to: Scalar.self) { rounding($0 * root) }
    }
    return AttentionHeads(queries: scale(queries), keys: scale(keys), values: values)
  }

  /// Calls `body` with the product of each head's queries and keys, a matrix of `scoresShape`'s
  /// last axes, in order.
  func forEachScores<Failure: Error>(
    _ body: (_ head: Int, _ scores: Tensor) throws(Failure) -> Void
  ) throws(Failure) {
    let product = MatrixProduct<Scalar>(rows: headSize, columns: keyCount)
    for head in 0..<(batch * headCount) {
      let keyHead = keyHead(of: head, queryHeads: headCount, keyHeads: keys.shape[1])
      let scores = queries.withScalars(of: Scalar.self) { q in
        keys.withScalars(of: Scalar.self) { k in
          Tensor(of: Scalar.self, shape: [queryCount, keyCount]) { result in
            guard !result.isEmpty, let q = q.baseAddress, let k = k.baseAddress,
              let target = result.baseAddress
            else { return result.update(repeating: 0) }
            product.multiply(
              MatrixView(q + head * queryCount * headSize, rows: queryCount, columns: headSize),
              MatrixView(
                k + keyHead * keyCount * headSize, rows: keyCount, columns: headSize
              ).transposed, into: target, stride: keyCount)
          }
        }
      }
      try body(head, scores)
    }
  }
}

/// Returns the head of keys that serves a head of queries, both counted through the batch.
private func keyHead(of head: Int, queryHeads: Int, keyHeads: Int) -> Int {
  head / queryHeads * keyHeads + head % queryHeads * keyHeads / queryHeads
}

/// The values of an attention, (batch, heads, keys, size), to be weighed by probabilities.
struct WeighedValues<Scalar: RealScalar>: ~Copyable {
  private let values: Tensor
  private let queryHeads: Int
  private let product: MatrixProduct<Scalar>

  init(_ values: Tensor, queryHeads: Int) {
    self.values = values
    self.queryHeads = queryHeads
    product = MatrixProduct(rows: values.shape[2], columns: values.shape[3])
  }

  /// Writes to its place in `result` what one head's queries get: `weights` is a matrix with a row
  /// for each of them and a column for each key.
  func write(
    _ weights: UnsafeBufferPointer<Scalar>, rows: Int, ofHead head: Int,
    to result: UnsafeMutableBufferPointer<Scalar>
  ) {
    let (keyCount, size) = (values.shape[2], values.shape[3])
    guard let start = result.baseAddress, rows > 0, size > 0 else { return }
    let target = start + head * rows * size
    values.withScalars(of: Scalar.self) { v in
      guard let weights = weights.baseAddress, let v = v.baseAddress, keyCount > 0 else {
        return target.update(repeating: 0, count: rows * size)
      }
      let keyHead = keyHead(of: head, queryHeads: queryHeads, keyHeads: values.shape[1])
      product.multiply(
        MatrixView(weights, rows: rows, columns: keyCount),
        MatrixView(v + keyHead * keyCount * size, rows: keyCount, columns: size),
        into: target, stride: size)
    }
  }
}

/// Returns (batch, sequence, heads × size) as (batch, heads, sequence, size).
func splitHeads<Scalar: RealScalar>(
  _ tensor: Tensor, into heads: Int, of scalar: Scalar.Type
) -> Tensor {
  let (batch, length, width) = (tensor.shape[0], tensor.shape[1], tensor.shape[2])
  let size = width / heads
  return transposed(
    tensor, [batch, heads, length, size], steps: [length * width, size, width, 1],
    to: [batch, heads, length, size], of: scalar)
}

/// Returns (batch, heads, sequence, size) as (batch, sequence, heads × size).
func mergeHeads<Scalar: RealScalar>(_ tensor: Tensor, of scalar: Scalar.Type) -> Tensor {
  let (batch, heads) = (tensor.shape[0], tensor.shape[1])
  let (length, size) = (tensor.shape[2], tensor.shape[3])
  return transposed(
    tensor, [batch, length, heads, size],
    steps: [heads * length * size, size, length * size, 1], to: [batch, length, heads * size],
    of: scalar)
}

private func transposed<Scalar: RealScalar>(
  _ tensor: Tensor, _ extents: [Int], steps: [Int], to shape: [Int], of scalar: Scalar.Type
) -> Tensor {
  let copy = StridedCopy(extents: extents, sourceStrides: steps)
  return tensor.withScalars(of: Scalar.self) { source in
    Tensor(of: Scalar.self, shape: shape) { copy.run(from: source, to: $0) }
  }
}
