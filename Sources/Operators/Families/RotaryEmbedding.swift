import IR
import Tensors

extension OperatorFamily {
  /// Positions that turn the vectors of tokens.
  static let rotaryEmbedding = OperatorFamily("rotary embedding", [.rotaryEmbedding])
}

private enum RotaryEmbedding: RealKernel {
  static let headCount = OptionalAttributeKey<Int>("num_heads")
  static let interleaved = AttributeKey<Bool>("interleaved", default: false)
  static let rotatedSize = AttributeKey<Int>("rotary_embedding_dim", default: 0)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (input, cosines) = (try context.tensor(0), try context.tensor(1))
    let sines = try context.tensor(2)
    let positions = try context.optionalTensor(3)
    let form = try RotationForm(
      context.node.attributes, input: Shape(input.shape),
      caches: [Shape(cosines.shape), Shape(sines.shape)],
      positions: positions.map { Shape($0.shape) })
    try context.checkOutput(Scalar.elementType, shape: input.shape)
    guard input.count > 0, let heads = form.heads.fixedValue else { return [input] }
    let layout = TokenLayout(input.shape, heads: heads)
    let rows = try cacheRows(positions, layout, cosines.shape)
    let rotation = Rotation<Scalar>(
      half: cosines.shape[cosines.rank - 1], isInterleaved: try context.value(of: interleaved),
      rounding: context.rounding)
    let output = Tensor(of: Scalar.self, shape: input.shape) { result in
      input.withScalars(of: Scalar.self) { x in
        cosines.withScalars(of: Scalar.self) { cosines in
          sines.withScalars(of: Scalar.self) { sines in
            _ = result.update(fromContentsOf: x)
            guard rotation.half > 0 else { return }
            layout.forEachVector { start, token in
              let row = rows[token] * rotation.half
              rotation.apply(at: start, of: x, to: result, cosines, sines, row)
            }
          }
        }
      }
    }
    return [output]
  }

  /// Returns the row of the caches that belongs to each token.
  private static func cacheRows(
    _ positions: Tensor?, _ layout: TokenLayout, _ cache: [Int]
  ) throws(OperatorError) -> [Int] {
    let shape = positions?.shape ?? Array(cache.dropLast())
    let positions = try positions?.integers
    if let wrong = positions?.first(where: { !(0..<cache[0]).contains($0) }) {
      throw OperatorError(
        .invalidValue, "position \(wrong) is not in a cache of \(cache[0]) positions")
    }
    return (0..<(layout.batch * layout.length)).map { token in
      let (batch, place) = (token / layout.length, token % layout.length)
      let row = (shape[0] == 1 ? 0 : batch) * shape[1] + (shape[1] == 1 ? 0 : place)
      return positions?[row] ?? row
    }
  }
}

/// The rotation of pairs of numbers in one vector.
private struct Rotation<Scalar: RealScalar> {
  /// The number of pairs.
  let half: Int
  /// Whether pairs are neighbours; otherwise they lie half of the rotated part apart.
  let isInterleaved: Bool
  let rounding: Rounding

  @inline(__always)
  func apply(
    at start: Int, of x: UnsafeBufferPointer<Scalar>,
    to result: UnsafeMutableBufferPointer<Scalar>, _ cosines: UnsafeBufferPointer<Scalar>,
    _ sines: UnsafeBufferPointer<Scalar>, _ row: Int
  ) {
    for pair in 0..<half {
      let first = start + (isInterleaved ? 2 * pair : pair)
      let second = first + (isInterleaved ? 1 : half)
      let (cosine, sine) = (cosines[row + pair], sines[row + pair])
      result[first] = rounding(rounding(cosine * x[first]) - rounding(sine * x[second]))
      result[second] = rounding(rounding(sine * x[first]) + rounding(cosine * x[second]))
    }
  }
}

// MARK: - Shapes

/// The extents of a rotation, as far as they are known, checked.
private struct RotationForm {
  let heads: Dimension
  let headSize: Dimension
  let rotatedSize: Dimension

  init(
    _ attributes: Attributes, input: Shape, caches: [Shape?], positions: Shape?
  ) throws(OperatorError) {
    let count = try attributes.value(of: RotaryEmbedding.headCount)
    switch input.rank {
    case 4: (heads, headSize) = (input[1], input[3])
    case 3:
      heads = .fixed(try RotationForm.checkedHeads(count, width: input[2]))
      headSize = input[2].floorDivided(by: heads)
    default:
      throw OperatorError(
        .incompatibleShapes, "X has rank \(input.rank)",
        remedy: "it is (batch, heads, sequence, size) or (batch, sequence, heads × size)")
    }
    let size = try attributes.value(of: RotaryEmbedding.rotatedSize)
    rotatedSize = size == 0 ? headSize : .fixed(size)
    try RotationForm.check(rotatedSize, of: headSize)
    for cache in caches {
      try check(cache, positions, batch: input[0], length: input[input.rank - 2])
    }
  }

  private static func checkedHeads(_ count: Int?, width: Dimension) throws(OperatorError) -> Int {
    guard let count, count > 0 else {
      throw OperatorError(
        .invalidAttribute,
        "num_heads is \(count.map(String.init) ?? "not given") for an input of rank 3")
    }
    guard width.fixedValue.map({ $0 % count == 0 }) ?? true else {
      throw OperatorError(
        .incompatibleShapes, "vectors of \(width) numbers do not divide into \(count) heads")
    }
    return count
  }

  private static func check(_ rotated: Dimension, of size: Dimension) throws(OperatorError) {
    guard let rotated = rotated.fixedValue else { return }
    guard rotated >= 0, rotated % 2 == 0, rotated <= size.fixedValue ?? rotated else {
      throw OperatorError(
        .incompatibleShapes, "\(rotated) of \(size) numbers of a head cannot be turned in pairs",
        remedy: "rotary_embedding_dim must be even and at most the size of a head")
    }
  }

  /// Checks one cache: with positions it has a row for each of them, otherwise one for each token.
  ///
  /// Extents of 1 stand for all elements of the batch or of the sequence.
  private func check(
    _ cache: Shape?, _ positions: Shape?, batch: Dimension, length: Dimension
  ) throws(OperatorError) {
    let tokens = Shape([batch, length])
    if let positions, !RotationForm.broadcasts(positions, to: tokens) {
      throw OperatorError(
        .incompatibleShapes, "positions of the shape \(positions) are given for tokens of \(tokens)"
      )
    }
    guard let cache else { return }
    let half = Shape([rotatedSize.floorDivided(by: 2)])
    let leading = Shape(Array(cache.dimensions.dropLast()))
    let fits =
      positions == nil ? RotationForm.broadcasts(leading, to: tokens) : leading.rank == 1
    guard fits, Shape(Array(cache.dimensions.suffix(1))).agrees(with: half) else {
      throw OperatorError(
        .incompatibleShapes,
        "a cache of the shape \(cache) does not turn \(rotatedSize) numbers of \(tokens) tokens",
        remedy: "it is (positions, turned / 2), or without positions (batch, sequence, turned / 2)")
    }
  }

  private static func broadcasts(_ shape: Shape, to tokens: Shape) -> Bool {
    let own = shape.dimensions
    guard own.count == tokens.rank else { return false }
    return tokens.agrees(with: Shape(zip(own, tokens.dimensions).map { $0 == 1 ? $1 : $0 }))
  }
}

/// Where the vectors of the heads of each token lie.
private struct TokenLayout {
  let batch: Int
  let length: Int
  let heads: Int
  let size: Int
  /// Whether the heads of a token lie side by side.
  let isPacked: Bool

  init(_ shape: [Int], heads: Int) {
    batch = shape[0]
    length = shape[shape.count - 2]
    isPacked = shape.count == 3
    self.heads = heads
    size = isPacked ? shape[2] / max(1, heads) : shape[3]
  }

  /// Calls `body` with the start of each vector and the number of its token.
  @inline(__always)
  func forEachVector(_ body: (_ start: Int, _ token: Int) -> Void) {
    for token in 0..<(batch * length) {
      let (element, place) = (token / length, token % length)
      for head in 0..<heads {
        let vector =
          isPacked ? token * heads + head : (element * heads + head) * length + place
        body(vector * size, token)
      }
    }
  }
}

extension OperatorDefinition {
  /// Turns pairs of numbers of each vector by angles that depend on its position.
  fileprivate static let rotaryEmbedding = OperatorDefinition(
    OperatorSchema(
      "RotaryEmbedding", versions: [23],
      inputs: [
        .required("X", "T"), .required("cos_cache", "T"), .required("sin_cache", "T"),
        .optional("position_ids", "M"),
      ],
      outputs: [.required("Y", "T")],
      attributes: [
        RotaryEmbedding.interleaved.declaration, RotaryEmbedding.headCount.declaration,
        RotaryEmbedding.rotatedSize.declaration,
      ],
      constraints: [
        "M": .tensors(.int64), "T": .tensors(ElementTypes([.float16, .float32, .bfloat16])),
      ]),
    inferTypes: { context throws(OperatorError) in
      if let input = context.shape(0) {
        let positions = context.hasInput(3) ? context.shape(3) : nil
        let caches = context.hasInput(3) && positions == nil ? [] : [1, 2].map(context.shape)
        _ = try RotationForm(
          context.node.attributes, input: input, caches: caches, positions: positions)
      }
      return [InferredValue(context.type(0))]
    },
    evaluate: real(RotaryEmbedding.self))
}
