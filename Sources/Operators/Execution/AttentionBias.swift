import Tensors

/// Which keys a query sees, by their distance.
struct AttentionWindow {
  let isCausal: Bool
  /// The greatest distances to keys before and after the query; without one they are not limited.
  let left: Int?
  let right: Int?

  var isLimited: Bool { isCausal || left != nil || right != nil }
}

/// What is added to the scores of an attention: the mask, and negative infinity at keys that a
/// query must not see.
///
/// The visible keys of a query are consecutive: causality, windows and padding only cut ends off.
struct AttentionBias<Scalar: RealScalar> {
  private let mask: Tensor?
  /// The distances of the mask's elements along batch, heads and queries; zero where it is repeated.
  private let steps: [Int]
  private let window: AttentionWindow
  /// The number of keys before the first query, one for each element of the batch or one for all.
  private let offsets: [Int]
  /// The number of keys that are no padding, for each element of the batch.
  private let lengths: [Int]?
  private let headCount: Int
  private let keyCount: Int

  /// Creates the bias for scores of the shape (batch, heads, queries, keys).
  ///
  /// - Throws: `incompatibleShapes` when the mask does not fit.
  init(
    mask: Tensor?, window: AttentionWindow, pastCount: Int, lengths: [Int]?, scores: [Int]
  ) throws(OperatorError) {
    try attentionMaskFits(mask.map { Shape($0.shape) }, scores: Shape(scores))
    self.mask = mask
    self.window = window
    self.lengths = lengths
    headCount = scores[1]
    keyCount = scores[3]
    offsets = lengths.map { $0.map { $0 - scores[2] } } ?? [pastCount]
    let shape = mask?.shape ?? []
    let strides = rowMajorStrides(of: shape)
    steps = (0..<3).map { axis in
      let own = axis - (4 - shape.count)
      return own < 0 || shape[own] == 1 ? 0 : strides[own]
    }
  }

  /// Returns a mask in numbers that are added to scores of a type: a boolean one hides keys.
  static func additive(_ mask: Tensor, narrowType: ElementType?) -> Tensor {
    guard mask.elementType == .bool else {
      return mask.converted(to: Scalar.elementType).rounded(to: narrowType)
    }
    return mapped(mask, from: Bool.self, to: Scalar.self) { $0 ? 0 : -.infinity }
  }

  /// Whether anything is added at all.
  var isEmpty: Bool { mask == nil && lengths == nil && !window.isLimited }

  /// Adds the bias to the scores of one head, a matrix, and returns the rows in which no key is left.
  func add(to scores: UnsafeMutableBufferPointer<Scalar>, ofHead head: Int, _ rounding: Rounding)
    -> [Int]
  {
    guard keyCount > 0 else { return [] }
    var bias = [Scalar](repeating: 0, count: keyCount)
    return (0..<(scores.count / keyCount)).filter { query in
      write(&bias, head, query)
      let row = UnsafeMutableBufferPointer(
        rebasing: scores[(query * keyCount)..<((query + 1) * keyCount)])
      for key in row.indices { row[key] = rounding(row[key] + bias[key]) }
      let nothing = -Scalar.infinity
      return bias.allSatisfy { $0 == nothing } || row.allSatisfy { $0 == nothing }
    }
  }

  private func write(_ bias: inout [Scalar], _ head: Int, _ query: Int) {
    if let mask {
      let (batch, own) = (head / headCount, head % headCount)
      let width = mask.shape[mask.rank - 1]
      let start = batch * steps[0] + own * steps[1] + query * steps[2]
      mask.withScalars(of: Scalar.self) { values in
        for key in 0..<width { bias[key] = values[start + key] }
        for key in width..<keyCount { bias[key] = -.infinity }
      }
    } else {
      for key in bias.indices { bias[key] = 0 }
    }
    let visible = visibleKeys(batch: head / headCount, query)
    for key in 0..<visible.lowerBound { bias[key] += -.infinity }
    for key in visible.upperBound..<keyCount { bias[key] += -.infinity }
  }

  /// The keys that are not hidden from a query, whatever the mask.
  private func visibleKeys(batch: Int, _ query: Int) -> Range<Int> {
    let position = offsets[offsets.count > 1 ? batch : 0] + query
    var lower = 0
    var upper = min(keyCount, lengths?[batch] ?? keyCount)
    if window.isCausal { upper = min(upper, position + 1) }
    // Positions are numbers of keys and queries: nearer to zero than these limits.
    if let left = window.left { lower = max(lower, position - min(left, 1 << 60)) }
    if let right = window.right { upper = min(upper, position + min(right, 1 << 60) + 1) }
    lower = min(lower, keyCount)
    return lower..<max(lower, upper)
  }
}

/// Checks that a mask broadcasts to scores, but for its last axis, which may be shorter.
///
/// - Throws: `incompatibleShapes`, as far as the shapes are known.
func attentionMaskFits(_ mask: Shape?, scores: Shape) throws(OperatorError) {
  guard let mask else { return }
  let pairs = zip(mask.dimensions.reversed(), scores.dimensions.reversed()).enumerated()
  let fits =
    (1...4).contains(mask.rank)
    && pairs.allSatisfy { place, extents in
      guard let own = extents.0.fixedValue, let other = extents.1.fixedValue else { return true }
      return place == 0 ? own <= other : own == 1 || own == other
    }
  guard fits else {
    throw OperatorError(
      .incompatibleShapes, "a mask of the shape \(mask) does not fit to scores of \(scores)",
      remedy: "it broadcasts to (batch, heads, queries, keys); the last axis may be shorter")
  }
}
