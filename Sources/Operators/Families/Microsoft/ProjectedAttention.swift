import IR
import Tensors

extension OperatorFamily {
  /// Attention to keys and values that are projected from the same input as the queries.
  static let projectedAttention = OperatorFamily(
    "projected attention", [.attention, .qAttention])
}

private let headCount = AttributeKey<Int>("num_heads")
private let hiddenSizes = OptionalAttributeKey<[Int]>("qkv_hidden_sizes")
private let rotates = AttributeKey<Int>("do_rotary", default: 0)
private let sharesBuffer = AttributeKey<Int>("past_present_share_buffer", default: 0)

/// What the operators are given, by its meaning.
private struct ProjectedAttention {
  /// `[batch, sequence, width]`.
  let input: Tensor
  /// The weights for queries, keys and values side by side.
  let weights: Tensor
  let bias: Tensor?
  let mask: Tensor?
  /// Keys and values before the first query: `[2, batch, heads, keys, width]`.
  let past: Tensor?
  let addend: Tensor?

  /// Returns the result, and keys and values as they go on.
  func outputs(_ context: borrowing KernelContext) throws(OperatorError) -> [Tensor] {
    let count = try context.value(of: headCount)
    try check(context, count: count)
    let widths = try ProjectedAttention.widths(
      Shape(weights.shape), sizes: try context.value(of: hiddenSizes), heads: count
    ).compactMap(\.fixedValue)
    var projection = try context.output(of: "MatMul", input, weights)
    if let bias { projection = try context.output(of: "Add", projection, bias) }
    var heads: [Tensor] = []
    var start = 0
    for width in widths {
      let part = try context.part(of: projection, start..<(start + width), axis: 2)
      heads.append(try context.splitHeads(part, count: count))
      start += width
    }
    let pasts = try pasts(context)
    heads[1] = try context.joined([pasts[0], heads[1]], axis: 2)
    heads[2] = try context.joined([pasts[1], heads[2]], axis: 2)
    let mask = AttentionMask(
      batch: input.shape[0], queries: input.shape[1], past: past?.shape[3] ?? 0,
      keys: heads[1].shape[2],
      filter: try context.value(of: AttentionMask.filterKey) ?? -10000,
      isCausal: try context.value(of: AttentionMask.unidirectional) == 1 && input.shape[1] > 1)
    let attention = ScaledAttention(
      queries: heads[0], keys: heads[1], values: heads[2], scale: try context.attentionScale(),
      addends: [addend, try mask.addend(self.mask, context)].compactMap { $0 })
    let scores = try attention.scores(context)
    let result = try attention.result(of: attention.weights(of: scores, context), context)
    let joined = try context.joinHeads(result)
    guard heads[1].shape == heads[2].shape else { return [joined] }
    let state = [1] + heads[1].shape
    let present = try context.joined(
      [heads[1].filling(state), heads[2].filling(state)], axis: 0)
    return [joined, present]
  }

  private func check(
    _ context: borrowing KernelContext, count: Int
  ) throws(OperatorError) {
    guard try context.value(of: rotates) == 0, try context.value(of: sharesBuffer) == 0 else {
      throw OperatorError(
        .unsupported, "do_rotary and past_present_share_buffer are not supported",
        remedy: "export the model without them")
    }
    guard input.rank == 3, weights.rank == 2, input.shape[2] == weights.shape[0] else {
      throw OperatorError(
        .incompatibleShapes,
        "an input of shape \(input.shape) is multiplied by weights of \(weights.shape)")
    }
    guard bias == nil || bias?.shape == [weights.shape[1]] else {
      throw OperatorError(
        .incompatibleShapes,
        "the bias has the shape \(bias?.shape ?? []), the weights have \(weights.shape)")
    }
  }

  /// The number of columns of the weights for queries, keys and values.
  static func widths(
    _ weights: Shape, sizes: [Int]?, heads: Int
  ) throws(OperatorError) -> [Dimension] {
    try ScaledAttention.check(heads: heads)
    guard let sizes, !sizes.isEmpty else {
      if let columns = weights[1].fixedValue, columns % (3 * heads) != 0 || columns == 0 {
        throw OperatorError(
          .incompatibleShapes,
          "\(columns) columns of weights do not divide into queries, keys and values of "
            + "\(heads) heads")
      }
      return Array(repeating: weights[1].floorDivided(by: 3), count: 3)
    }
    let isSound = sizes.count == 3 && sizes.allSatisfy { (1...(1 << 40)).contains($0) }
    guard isSound, sizes.allSatisfy({ $0 % heads == 0 }), sizes[0] == sizes[1],
      weights[1].fixedValue ?? sizes.reduce(0, +) == sizes.reduce(0, +)
    else {
      throw OperatorError(
        .invalidAttribute,
        "qkv_hidden_sizes is \(sizes) for weights of shape \(weights) and \(heads) heads",
        remedy: "give three multiples of num_heads, the first two equal, whose sum is the number "
          + "of columns")
    }
    return sizes.map { .fixed($0) }
  }

  private func pasts(_ context: borrowing KernelContext) throws(OperatorError) -> [Tensor?] {
    guard let past else { return [nil, nil] }
    guard past.rank == 5, past.shape[0] == 2 else {
      throw OperatorError(
        .incompatibleShapes,
        "the past has the shape \(past.shape), not [2, batch, heads, keys, width]")
    }
    let shape = Array(past.shape[1...])
    return [
      try context.part(of: past, 0..<1, axis: 0).filling(shape),
      try context.part(of: past, 1..<2, axis: 0).filling(shape),
    ]
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  /// Returns the type rule of attention with its past at `pastIndex` of the inputs.
  private static func projected(past pastIndex: Int, typedAs typeIndex: Int) -> TypeRule {
    { context throws(OperatorError) in
      let type = context.elementType(typeIndex)
      guard let input = context.shape(0), let weights = context.shape(1), input.rank == 3,
        weights.rank == 2
      else { return Array(repeating: .tensor(type), count: context.outputCount) }
      let heads = try context.value(of: headCount)
      let widths = try ProjectedAttention.widths(
        weights, sizes: try context.value(of: hiddenSizes), heads: heads)
      let past: Dimension? =
        context.hasInput(pastIndex)
        ? context.shape(pastIndex).flatMap { $0.rank == 5 ? $0[3] : nil } : 0
      let width = widths[1].floorDivided(by: .fixed(heads))
      let state: Shape = [2, input[0], .fixed(heads), (past ?? .unknown) + input[1], width]
      let outputs: [InferredValue] = [
        .tensor(type, Shape([input[0], input[1], widths[2]])), .tensor(type, state),
      ]
      return Array(outputs.prefix(context.outputCount))
    }
  }

  fileprivate static let attention = OperatorDefinition(
    OperatorSchema(
      "Attention", domain: microsoft, versions: [1],
      inputs: [
        .required("input", "T"), .required("weights", "T"), .optional("bias", "T"),
        .optional("mask_index", "M"), .optional("past", "T"), .optional("attention_bias", "T"),
        .optional("past_sequence_length", "M"),
      ],
      outputs: [.required("output", "T"), .optional("present", "T")],
      attributes: [
        OptionalAttributeKey<Int>("do_rotary").declaration, AttentionMask.filterKey.declaration,
        headCount.declaration,
        OptionalAttributeKey<Int>("past_present_share_buffer").declaration,
        hiddenSizes.declaration, OptionalAttributeKey<Int>("rotary_embedding_dim").declaration,
        ScaledAttention.scaleKey.declaration, AttentionMask.unidirectional.declaration,
      ],
      constraints: ["T": .tensors([.singleOrHalf, .bfloat16]), "M": .tensors(.int32)]),
    inferTypes: projected(past: 4, typedAs: 0),
    evaluate: widened { context throws(OperatorError) in
      let attention = ProjectedAttention(
        input: try context.tensor(0), weights: try context.tensor(1),
        bias: try context.optionalTensor(2), mask: try context.optionalTensor(3),
        past: try context.optionalTensor(4), addend: try context.optionalTensor(5))
      return try attention.outputs(context)
    })

  /// The same with input and weights of 8 bits, each with a scale and a zero point.
  fileprivate static let qAttention = OperatorDefinition(
    OperatorSchema(
      "QAttention", domain: microsoft, versions: [1],
      inputs: [
        .required("input", "T1"), .required("weight", "T2"), .required("bias", "T3"),
        .required("input_scale", "T3"), .required("weight_scale", "T3"),
        .optional("mask_index", "T4"), .optional("input_zero_point", "T1"),
        .optional("weight_zero_point", "T2"), .optional("past", "T3"),
      ],
      outputs: [.required("output", "T3"), .optional("present", "T3")],
      attributes: [
        OptionalAttributeKey<Int>("do_rotary").declaration, AttentionMask.filterKey.declaration,
        headCount.declaration,
        OptionalAttributeKey<Int>("past_present_share_buffer").declaration,
        ScaledAttention.scaleKey.declaration, AttentionMask.unidirectional.declaration,
      ],
      constraints: [
        "T1": .tensors([.int8, .uint8]), "T2": .tensors([.int8, .uint8]),
        "T3": .tensors(.singleOrHalf), "T4": .tensors(.int32),
      ]),
    inferTypes: projected(past: 8, typedAs: 2),
    evaluate: widened { context throws(OperatorError) in
      let input = try context.output(
        of: "DequantizeLinear", context.tensor(0), context.tensor(3), context.optionalTensor(6))
      let weights = try context.output(
        of: "DequantizeLinear", context.tensor(1), context.tensor(4), context.optionalTensor(7))
      let attention = ProjectedAttention(
        input: input, weights: weights, bias: try context.tensor(2),
        mask: try context.optionalTensor(5), past: try context.optionalTensor(8), addend: nil)
      return try attention.outputs(context)
    })
}
