import IR
import Tensors

extension OperatorFamily {
  /// Positions as rotations of pairs of features.
  static let rotaryPositions = OperatorFamily("rotary positions", [.rotaryEmbedding])
}

/// `RotaryEmbedding` of the default domain, whose positions may be consecutive from one on.
private enum RotaryEmbedding: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let (input, positions) = (try c.input(0), try c.input(1))
    guard let shape = c.shape(of: input), let cosines = c.shape(of: try c.input(2)),
      let positionRank = c.shape(of: positions)?.rank
    else { return [] }
    guard shape.rank == 3 || shape.rank == 4, cosines.rank == 2 else {
      throw OperatorError(
        .incompatibleShapes, "an input of shape \(shape) is rotated by cosines of \(cosines)")
    }
    var attributes = c.attributes(["interleaved", "num_heads", "rotary_embedding_dim"])
    if shape.rank == 3, try c.value(of: rotaryWidth) ?? 0 == 0 {
      // Without a width of the rotated part, the tables tell the width of a head.
      guard let hidden = shape[2].fixedValue, let half = cosines[1].fixedValue else { return [] }
      guard half > 0, hidden % (2 * half) == 0 else {
        throw OperatorError(
          .incompatibleShapes, "\(hidden) features do not divide into heads of 2 · \(half)")
      }
      attributes["num_heads"] = .int(Int64(hidden / (2 * half)))
    }
    var ids = positions
    if positionRank == 1 {
      let axis = shape.rank == 3 ? 1 : 2
      ids = try consecutive(c, from: positions, of: input, sequenceAxis: axis)
    }
    return [
      try c("RotaryEmbedding", input, c.input(2), c.input(3), ids, with: attributes)
    ]
  }

  static let rotaryWidth = OptionalAttributeKey<Int>("rotary_embedding_dim")

  /// Returns `[batch, sequence]` positions that count up from the one in `first`.
  private static func consecutive<C: Composer>(
    _ c: C, from first: C.Value, of input: C.Value, sequenceAxis: Int
  ) throws(OperatorError) -> C.Value {
    let axis = Int64(sequenceAxis)
    let batch = try c("Shape", input, with: ["start": .int(0), "end": .int(1)])
    let length = try c("Shape", input, with: ["start": .int(axis), "end": .int(axis + 1)])
    let start = try c.scalar(first)
    let one = c.constant(Tensor(scalar: 1 as Int64))
    let row = try c("Range", start, c("Add", start, c.scalar(length)), one)
    let shape = try c("Concat", batch, length, with: ["axis": .int(0)])
    return try c("Expand", row, shape)
  }
}

extension OperatorDefinition {
  fileprivate static let rotaryEmbedding = OperatorDefinition(
    OperatorSchema(
      "RotaryEmbedding", domain: microsoft, versions: [1],
      inputs: [
        .required("input", "T"), .required("position_ids", "M"), .required("cos_cache", "T"),
        .required("sin_cache", "T"),
      ],
      outputs: [.required("output", "T")],
      attributes: [
        OptionalAttributeKey<Int>("interleaved").declaration,
        OptionalAttributeKey<Int>("is_packed_batching").declaration,
        OptionalAttributeKey<Int>("num_heads").declaration,
        RotaryEmbedding.rotaryWidth.declaration,
        OptionalAttributeKey<Float>("scale").declaration,
      ],
      constraints: [
        "T": .tensors([.singleOrHalf, .bfloat16]), "M": .tensors(.int64),
      ]),
    composedAs: RotaryEmbedding.self)
}
