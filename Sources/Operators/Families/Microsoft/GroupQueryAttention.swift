import IR
import Tensors

extension OperatorFamily {
  /// Attention of language models: several heads of queries share one of keys, which are cached.
  static let groupQueryAttention = OperatorFamily(
    "group query attention", [.groupQueryAttention])
}

/// The inputs of the operator by their meaning.
private enum Input {
  static let (query, key, value, pastKey, pastValue) = (0, 1, 2, 3, 4)
  static let (lengths, totalLength, cosines, sines, positions) = (5, 6, 7, 8, 9)
  static let (addend, sinks, queryNorm, keyNorm, queryLengths) = (10, 11, 14, 15, 16)
}

/// The attributes of the operator.
private enum Key {
  static let causal = AttributeKey<Int>("causal", default: 1)
  static let rotates = OptionalAttributeKey<Int>("do_rotary")
  static let keyEpsilon = OptionalAttributeKey<Float>("k_norm_epsilon")
  static let keyQuantization = AttributeKey<String>("k_quant_type", default: "NONE")
  static let bitWidth = OptionalAttributeKey<Int>("kv_cache_bit_width")
  static let keyHeads = AttributeKey<Int>("kv_num_heads")
  static let window = AttributeKey<Int>("local_window_size", default: -1)
  static let heads = AttributeKey<Int>("num_heads")
  static let queryEpsilon = OptionalAttributeKey<Float>("q_norm_epsilon")
  static let epsilon = AttributeKey<Float>("qk_norm_epsilon", default: 1e-6)
  static let scoreOutput = AttributeKey<Int>("qk_output", default: 0)
  static let interleaves = OptionalAttributeKey<Int>("rotary_interleaved")
  static let slidesCache = AttributeKey<Int>("sliding_window_cache", default: 0)
  static let isSmooth = AttributeKey<Int>("smooth_softmax", default: -1)
  static let softcap = OptionalAttributeKey<Float>("softcap")
  static let valueQuantization = AttributeKey<String>("v_quant_type", default: "NONE")
}

// MARK: - Kernel

/// One step: new keys and values go into the cache, queries attend to what is in it.
private struct Step {
  private let heads: Int
  private let keyHeads: Int
  private let batch: Int
  private let length: Int
  /// The number of keys, at most, in the longest sequence.
  private let total: Int
  private let cache: KeyCache

  init(_ context: borrowing KernelContext) throws(OperatorError) {
    heads = try context.value(of: Key.heads)
    keyHeads = try context.value(of: Key.keyHeads)
    let shape = try context.tensor(Input.query).shape
    try ScaledAttention.check(heads: heads)
    try ScaledAttention.check(heads: keyHeads, "kv_num_heads")
    guard heads % keyHeads == 0, shape.count == 3 else {
      throw OperatorError(
        .invalidAttribute,
        "num_heads is \(heads) and kv_num_heads \(keyHeads) for a query of shape \(shape)",
        remedy: "num_heads must be a multiple of kv_num_heads")
    }
    (batch, length) = (shape[0], shape[1])
    let totals = try context.integers(Input.totalLength)
    let lengths = try context.integers(Input.lengths)
    let valid = try context.optionalIntegers(Input.queryLengths)
    guard totals.count == 1, totals[0] >= 0, lengths.count == batch,
      valid?.count ?? batch == batch
    else {
      throw OperatorError(
        .invalidValue,
        "total_sequence_length is \(totals) and seqlens_k \(lengths) for a batch of \(batch)")
    }
    total = totals[0]
    let old = try context.optionalTensor(Input.pastKey)
    let oldLength = old.map { $0.rank == 4 ? $0.shape[2] : 0 } ?? 0
    let (isPrompt, length) = (valid == nil && length == total, length)
    cache = KeyCache(
      past: zip(lengths, valid ?? Array(repeating: length, count: batch)).map {
        isPrompt ? 0 : $0 + 1 - $1
      },
      valid: valid ?? Array(repeating: length, count: batch), capacity: max(total, oldLength))
  }

  func outputs(_ context: borrowing KernelContext) throws(OperatorError) -> [Tensor] {
    let (queries, newKeys, newValues) = try projections(context)
    let (oldKeys, oldValues) = (
      try context.optionalTensor(Input.pastKey), try context.optionalTensor(Input.pastValue)
    )
    guard (oldKeys == nil) == (oldValues == nil) else {
      throw OperatorError(.missingInput, "past_key and past_value are needed together")
    }
    try context.checkOutput(
      .float64, shape: [batch, keyHeads, cache.capacity, newKeys.shape[3]])
    let keys = try cache.adding(newKeys, to: oldKeys)
    let values = try cache.adding(newValues, to: oldValues)
    var attention = ScaledAttention(
      queries: queries, keys: try context.part(of: keys, 0..<total, axis: 2),
      values: try context.part(of: values, 0..<total, axis: 2),
      scale: try context.attentionScale())
    attention.softcap = try context.value(of: Key.softcap) ?? 0
    attention.sinks = try sinks(context)
    let addend = try context.optionalTensor(Input.addend)
    let isSeen = try visibility(context)
    attention.addends = [addend, hidden(isSeen, context)].compactMap { $0 }
    let scores = try attention.scores(context)
    let weights = try attention.weights(of: scores, context)
    let result = try context.joinHeads(attention.result(of: weights, context))
    guard try context.value(of: Key.scoreOutput) == 1 else {
      return [result, keys, values, weights]
    }
    let zero = context.number(0)
    let shown = Tensor(shape: [batch, 1, length, total], scalars: isSeen)
    return [result, keys, values, try context.output(of: "Where", shown, scores, zero)]
  }

  /// Queries, keys and values `[batch, heads, sequence, width]`, normalized and rotated.
  private func projections(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> (Tensor, Tensor, Tensor) {
    let query = try context.tensor(Input.query)
    var parts: [Tensor]
    if let key = try context.optionalTensor(Input.key) {
      parts = [
        try context.splitHeads(query, count: heads),
        try context.splitHeads(key, count: keyHeads),
        try context.splitHeads(context.tensor(Input.value), count: keyHeads),
      ]
      guard parts[1].shape == parts[2].shape, parts[1].shape[2] == length else {
        throw OperatorError(
          .incompatibleShapes,
          "key \(key.shape) and value do not go with a query of shape \(query.shape)")
      }
    } else {
      let all = try context.splitHeads(query, count: heads + 2 * keyHeads)
      parts = [
        try context.part(of: all, 0..<heads, axis: 1),
        try context.part(of: all, heads..<(heads + keyHeads), axis: 1),
        try context.part(of: all, (heads + keyHeads)..<(heads + 2 * keyHeads), axis: 1),
      ]
    }
    let epsilon = try context.value(of: Key.epsilon)
    let epsilons = [
      try context.value(of: Key.queryEpsilon) ?? epsilon,
      try context.value(of: Key.keyEpsilon) ?? epsilon,
    ]
    for (index, input) in [Input.queryNorm, Input.keyNorm].enumerated() {
      if let scale = try context.optionalTensor(input) {
        parts[index] = try context.output(
          of: "RMSNormalization", parts[index], scale,
          with: ["epsilon": .float(epsilons[index])])
      }
    }
    if try context.value(of: Key.rotates) == 1 {
      for index in 0..<2 { parts[index] = try rotated(parts[index], context) }
    }
    return (parts[0], parts[1], parts[2])
  }

  private func rotated(
    _ tensor: Tensor, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    let (cosines, sines) = (
      try context.tensor(Input.cosines), try context.tensor(Input.sines)
    )
    let ids = cache.past.flatMap { past in (0..<length).map { Int64(past + $0) } }
    let positions =
      try context.optionalTensor(Input.positions) ?? Tensor(shape: [batch, length], scalars: ids)
    let width = cosines.rank == 2 ? 2 * cosines.shape[1] : 0
    return try context.output(
      of: "RotaryEmbedding", tensor, cosines, sines, positions,
      with: [
        "interleaved": .int(context.value(of: Key.interleaves) == 1 ? 1 : 0),
        "rotary_embedding_dim": .int(Int64(width < tensor.shape[3] ? width : 0)),
      ])
  }

  private func sinks(_ context: borrowing KernelContext) throws(OperatorError) -> Tensor? {
    if let sinks = try context.optionalTensor(Input.sinks) { return sinks }
    guard try context.value(of: Key.isSmooth) == 1 else { return nil }
    let type = context.resultType(for: .float32)
    return Tensor(shape: [heads], scalars: [Float](repeating: 0, count: heads))
      .converted(to: type)
  }

  /// Whether each query sees each key: `[batch, queries, keys]`.
  private func visibility(_ context: borrowing KernelContext) throws(OperatorError) -> [Bool] {
    let isCausal = try context.value(of: Key.causal) != 0
    let window = try context.value(of: Key.window)
    let count = try context.checkOutput(.float64, shape: [batch, length, total])
    var isSeen = [Bool](repeating: false, count: count)
    for row in 0..<(batch * length) {
      let (past, query) = (cache.past[row / length], row % length)
      let end = isCausal ? past + query + 1 : past + cache.valid[row / length]
      let start = window > 0 && isCausal ? max(0, past + query + 1 - min(window, total)) : 0
      for key in start..<max(start, min(end, total)) { isSeen[row * total + key] = true }
    }
    return isSeen
  }

  /// Returns what hides keys; a query that sees none is left alone, its result means nothing.
  private func hidden(_ isSeen: [Bool], _ context: borrowing KernelContext) -> Tensor {
    var addend = [Float](repeating: 0, count: isSeen.count)
    for row in 0..<(batch * length) {
      let keys = row * total..<(row + 1) * total
      guard keys.contains(where: { isSeen[$0] }) else { continue }
      for key in keys where !isSeen[key] { addend[key] = -.infinity }
    }
    return Tensor(shape: [batch, 1, length, total], scalars: addend)
      .converted(to: context.resultType(for: .float32))
  }
}

// MARK: - Types

extension OperatorDefinition {
  private static let attributes = [
    Key.causal.declaration, Key.rotates.declaration, Key.keyEpsilon.declaration,
    Key.keyQuantization.declaration, Key.bitWidth.declaration, Key.keyHeads.declaration,
    Key.window.declaration, Key.heads.declaration, Key.queryEpsilon.declaration,
    Key.epsilon.declaration, Key.scoreOutput.declaration, Key.interleaves.declaration,
    ScaledAttention.scaleKey.declaration, Key.slidesCache.declaration,
    Key.isSmooth.declaration, Key.softcap.declaration, Key.valueQuantization.declaration,
  ]

  fileprivate static let groupQueryAttention = OperatorDefinition(
    OperatorSchema(
      "GroupQueryAttention", domain: microsoft, versions: [1],
      inputs: [
        .required("query", "T"), .optional("key", "T"), .optional("value", "T"),
        .optional("past_key", "T_CACHE"), .optional("past_value", "T_CACHE"),
        .required("seqlens_k", "M"), .required("total_sequence_length", "M"),
        .optional("cos_cache", "T"), .optional("sin_cache", "T"),
        .optional("position_ids", "tensor(int64)"), .optional("attention_bias", "T"),
        .optional("head_sink", "T"), .optional("k_scale", "T_KV_SCALE"),
        .optional("v_scale", "T_KV_SCALE"), .optional("q_norm_weight", "T"),
        .optional("k_norm_weight", "T"), .optional("query_seqlens", "M"),
      ],
      outputs: [
        .required("output", "T"), .optional("present_key", "T_CACHE"),
        .optional("present_value", "T_CACHE"), .optional("output_qk", "T"),
      ],
      attributes: attributes,
      constraints: [
        "T": .tensors([.singleOrHalf, .bfloat16]),
        "T_CACHE": .tensors([
          .singleOrHalf, .bfloat16, .uint8, .int8, ElementTypes(.float8E4M3FN),
        ]),
        "T_KV_SCALE": .tensors(.float32), "M": .tensors(.int32),
      ]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(Input.query)
      let unknown = Array(repeating: InferredValue.tensor(type), count: context.outputCount)
      let (heads, keyHeads) = (
        try context.value(of: Key.heads), try context.value(of: Key.keyHeads)
      )
      try ScaledAttention.check(heads: heads)
      try ScaledAttention.check(heads: keyHeads, "kv_num_heads")
      guard let query = context.shape(Input.query), query.rank == 3 else { return unknown }
      let parts = context.hasInput(Input.key) ? heads : heads + 2 * keyHeads
      let width = query[2].floorDivided(by: .fixed(parts))
      let total = context.elements(Input.totalLength)?.elements.first ?? .unknown
      let past = context.shape(Input.pastKey).flatMap { $0.rank == 4 ? $0[2] : nil }
      let capacity =
        context.hasInput(Input.pastKey) ? Dimension.maximum(total, past ?? .unknown) : total
      let state = Shape([query[0], .fixed(keyHeads), capacity, width])
      let outputs: [InferredValue] = [
        .tensor(type, Shape([query[0], query[1], width * .fixed(heads)])),
        .tensor(type, state), .tensor(type, state),
        .tensor(type, Shape([query[0], .fixed(heads), query[1], total])),
      ]
      return Array(outputs.prefix(context.outputCount))
    },
    evaluate: widened { context throws(OperatorError) in
      guard try context.value(of: Key.keyQuantization) == "NONE",
        try context.value(of: Key.valueQuantization) == "NONE",
        try context.value(of: Key.slidesCache) == 0
      else {
        throw OperatorError(
          .unsupported, "a quantized or sliding cache of keys is not supported",
          remedy: "export the model with a plain cache")
      }
      return try Step(context).outputs(context)
    })
}
