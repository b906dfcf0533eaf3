import IR
import Tensors

extension OperatorFamily {
  /// The first layer of transformers.
  static let embedLayerNormalization = OperatorFamily(
    "embed layer normalization", [.embedLayerNormalization, .qEmbedLayerNormalization])
}

/// The rows of embedding tables for words, positions and segments.
private struct Embedding<C: Composer> {
  let words: C.Value
  let positions: C.Value
  /// The table, and the rows that are taken from it.
  var segments: (table: C.Value, ids: C.Value)?
  let scale: C.Value
  let shift: C.Value

  /// Returns the sum of the rows for each word, normalized, the number of words of each sequence
  /// that `mask` marks with 1, and the sum.
  func outputs(
    _ c: C, mask: C.Value?, positionIDs: C.Value?
  ) throws(OperatorError) -> [C.Value] {
    let ids = try c.input(0)
    var sum = try c("Add", c("Gather", words, ids), c("Gather", positions, rows(c, positionIDs)))
    if let segments { sum = try c("Add", sum, c("Gather", segments.table, segments.ids)) }
    let epsilon = try c.value(of: EmbedLayerNormalization.epsilon)
    let result = try c(
      "LayerNormalization", sum, scale, shift, with: ["epsilon": .float(epsilon)])
    let isMarked =
      if let mask {
        try c("Equal", mask, c("CastLike", c.constant(Tensor(scalar: 1 as Int32)), mask))
      } else {
        try c("Not", c("Equal", ids, ids))
      }
    let marks = try c("Cast", isMarked, with: ["to": .int(6)])
    let count = try c("ReduceSum", marks, c.integers([1]), with: ["keepdims": .int(0)])
    return [result, count, sum]
  }

  /// Returns the positions that are given, or those from 0 on.
  private func rows(_ c: C, _ positionIDs: C.Value?) throws(OperatorError) -> C.Value {
    if let positionIDs { return positionIDs }
    let length = try c("Shape", c.input(0), with: ["start": .int(1), "end": .int(2)])
    let zero = c.constant(Tensor(scalar: 0 as Int64))
    let one = c.constant(Tensor(scalar: 1 as Int64))
    return try c("Range", zero, c("Squeeze", length), one)
  }
}

private enum EmbedLayerNormalization: ComposedOperator {
  static let epsilon = AttributeKey<Float>("epsilon", default: 1e-12)

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    try c.checkWordIDs()
    var embedding = Embedding<C>(
      words: try c.input(2), positions: try c.input(3), scale: try c.input(5),
      shift: try c.input(6))
    if let table = try c.optionalInput(4), let ids = try c.optionalInput(1) {
      embedding.segments = (table, ids)
    }
    return try embedding.outputs(
      c, mask: c.optionalInput(7), positionIDs: c.optionalInput(8))
  }
}

/// The same on tables of integers, each with a scale and a zero point.
private enum QEmbedLayerNormalization: ComposedOperator {
  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    try c.checkWordIDs()
    var embedding = Embedding<C>(
      words: try table(c, 2, parameters: 0), positions: try table(c, 3, parameters: 1),
      scale: try table(c, 5, parameters: 3), shift: try table(c, 6, parameters: 4))
    if try c.optionalInput(4) != nil, let ids = try c.optionalInput(1) {
      embedding.segments = (try table(c, 4, parameters: 2), ids)
    }
    let outputs = try embedding.outputs(c, mask: c.optionalInput(7), positionIDs: nil)
    return Array(outputs.prefix(2))
  }

  private static func table<C: Composer>(
    _ c: C, _ index: Int, parameters: Int
  ) throws(OperatorError) -> C.Value {
    try c(
      "DequantizeLinear", c.input(index), c.input(8 + parameters), c.input(13 + parameters))
  }
}

extension Composer {
  fileprivate func checkWordIDs() throws(OperatorError) {
    guard let rank = shape(of: try input(0))?.rank, rank != 2 else { return }
    throw OperatorError(
      .incompatibleShapes, "the ids of words have rank \(rank); batch and sequence are needed")
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  fileprivate static let embedLayerNormalization = OperatorDefinition(
    OperatorSchema(
      "EmbedLayerNormalization", domain: microsoft, versions: [1],
      inputs: [
        .required("input_ids", "T1"), .optional("segment_ids", "T1"),
        .required("word_embedding", "T"), .required("position_embedding", "T"),
        .optional("segment_embedding", "T"), .required("gamma", "T"), .required("beta", "T"),
        .optional("mask", "T1"), .optional("position_ids", "T1"),
      ],
      outputs: [
        .required("output", "T"), .optional("mask_index", "T1"),
        .optional("embedding_sum", "T"),
      ],
      attributes: [
        EmbedLayerNormalization.epsilon.declaration,
        OptionalAttributeKey<Int>("mask_index_type").declaration,
      ],
      constraints: ["T1": .tensors(.int32), "T": .tensors(.singleOrHalf)]),
    composedAs: EmbedLayerNormalization.self)

  fileprivate static let qEmbedLayerNormalization = OperatorDefinition(
    OperatorSchema(
      "QEmbedLayerNormalization", domain: microsoft, versions: [1],
      inputs: [
        .required("input_ids", "T1"), .optional("segment_ids", "T1"),
        .required("word_embedding_quant", "T2"), .required("position_embedding_quant", "T2"),
        .optional("segment_embedding", "T2"), .required("gamma_quant", "T2"),
        .required("beta_quant", "T2"), .optional("mask", "T1"),
        .required("word_embedding_scale", "T"), .required("position_embedding_scale", "T"),
        .optional("segment_embedding_scale", "T"), .required("gamma_scale", "T"),
        .required("beta_scale", "T"), .required("word_embedding_zero_point", "T2"),
        .required("position_embedding_zero_point", "T2"),
        .optional("segment_embedding_zero_point", "T2"), .required("gamma_zero_point", "T2"),
        .required("beta_zero_point", "T2"),
      ],
      outputs: [.required("layernorm_out", "T"), .required("mask_index_out", "T1")],
      attributes: [EmbedLayerNormalization.epsilon.declaration],
      constraints: [
        "T1": .tensors(.int32), "T2": .tensors([.int8, .uint8]), "T": .tensors(.float32),
      ]),
    composedAs: QEmbedLayerNormalization.self)
}
