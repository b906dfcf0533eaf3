import IR
import Tensors

extension OperatorFamily {
  /// Attention to keys and values that are given.
  static let multiHeadAttention = OperatorFamily(
    "multi-head attention", [.multiHeadAttention])
}

private let headCount = AttributeKey<Int>("num_heads")

/// The inputs of the operator by their meaning.
private enum Input {
  static let (query, key, value, bias, mask, addend) = (0, 1, 2, 3, 4, 5)
  static let (pastKey, pastValue, pastLength, indirection) = (6, 7, 8, 9)
}

private enum MultiHeadAttention {
  static func evaluate(_ context: borrowing KernelContext) throws(OperatorError) -> [Tensor] {
    guard context.inputs.count <= Input.pastLength || context.inputs[Input.pastLength] == nil,
      context.inputs.count <= Input.indirection || context.inputs[Input.indirection] == nil
    else {
      throw OperatorError(
        .unsupported, "past keys in a buffer for beams are not supported",
        remedy: "export the model without past_sequence_length and cache_indirection")
    }
    var heads = try Heads(context)
    let past = try context.optionalTensor(Input.pastKey)
    let pastValues = try context.optionalTensor(Input.pastValue)
    guard (past == nil) == (pastValues == nil), past?.rank ?? 4 == 4 else {
      throw OperatorError(.missingInput, "past_key and past_value are needed together")
    }
    heads.keys = try context.joined([past, heads.keys], axis: 2)
    heads.values = try context.joined([pastValues, heads.values], axis: 2)
    let shape = heads.queries.shape
    let mask = AttentionMask(
      batch: shape[0], queries: shape[2], past: past?.shape[2] ?? 0, keys: heads.keys.shape[2],
      filter: try context.value(of: AttentionMask.filterKey) ?? -10000,
      isCausal: try context.value(of: AttentionMask.unidirectional) == 1 && shape[2] > 1)
    let addend = try mask.addend(try context.optionalTensor(Input.mask), context)
    let attention = ScaledAttention(
      queries: heads.queries, keys: heads.keys, values: heads.values,
      scale: try context.attentionScale(),
      addends: [try context.optionalTensor(Input.addend), addend].compactMap { $0 })
    let scores = try attention.scores(context)
    let weights = try attention.weights(of: scores, context)
    let result = try context.joinHeads(attention.result(of: weights, context))
    return [result, heads.keys, heads.values, scores]
  }
}

/// Queries, keys and values `[batch, heads, sequence, width]`, however they are packed.
private struct Heads {
  let queries: Tensor
  var keys: Tensor
  var values: Tensor

  init(_ context: borrowing KernelContext) throws(OperatorError) {
    let count = try context.value(of: headCount)
    try ScaledAttention.check(heads: count)
    let query = try context.tensor(Input.query)
    let key = try context.optionalTensor(Input.key)
    let value = try context.optionalTensor(Input.value)
    let parts: [Tensor]
    switch (query.rank, key?.rank, value?.rank) {
    case (5, nil, nil): parts = try Self.unpacked(query, 3, context)
    case (3, 5, nil):
      parts =
        [try context.splitHeads(query, count: count)]
        + (try Self.unpacked(try context.tensor(Input.key), 2, context))
    case (3, 3, 3), (3, 4, 4):
      let tensors = [query, try context.tensor(Input.key), try context.tensor(Input.value)]
      var heads: [Tensor] = []
      for tensor in tensors {
        heads.append(
          tensor.rank == 4 ? tensor : try context.splitHeads(tensor, count: count))
      }
      parts = heads
    default:
      throw OperatorError(
        .incompatibleShapes,
        "the shapes are \(query.shape) of query, \(key?.shape ?? []) of key and "
          + "\(value?.shape ?? []) of value",
        remedy: "give three tensors of rank 3, or packed ones as the operator documents")
    }
    guard parts.allSatisfy({ $0.shape[1] == count }) else {
      throw OperatorError(
        .incompatibleShapes,
        "num_heads is \(count), but the inputs hold \(parts.map { $0.shape[1] }) heads")
    }
    let biases = try Self.biases(context, count: count, widths: parts.map { $0.shape[3] })
    let isGiven = key?.rank == 4
    queries = try Self.sum(parts[0], biases[0], context)
    keys = isGiven ? parts[1] : try Self.sum(parts[1], biases[1], context)
    values = isGiven ? parts[2] : try Self.sum(parts[2], biases[2], context)
  }

  /// Returns the parts of `[batch, sequence, heads, count, width]`.
  private static func unpacked(
    _ tensor: Tensor, _ count: Int, _ context: borrowing KernelContext
  ) throws(OperatorError) -> [Tensor] {
    let shape = tensor.shape
    guard shape[3] == count else {
      throw OperatorError(
        .incompatibleShapes, "a packed tensor has the shape \(shape); axis 3 must be \(count)")
    }
    let ordered = try context.output(
      of: "Transpose", tensor, with: ["perm": [3, 0, 2, 1, 4].attribute])
    var parts: [Tensor] = []
    for index in 0..<count {
      let part = try context.part(of: ordered, index..<(index + 1), axis: 0)
      parts.append(try part.filling([shape[0], shape[2], shape[1], shape[4]]))
    }
    return parts
  }

  /// Returns the parts of the bias for queries, keys and values as `[heads, 1, width]`.
  private static func biases(
    _ context: borrowing KernelContext, count: Int, widths: [Int]
  ) throws(OperatorError) -> [Tensor?] {
    guard let bias = try context.optionalTensor(Input.bias) else { return [nil, nil, nil] }
    var (start, biases): (Int, [Tensor?]) = (0, [])
    guard bias.shape == [count * widths.reduce(0, +)] else {
      throw OperatorError(
        .incompatibleShapes,
        "the bias has the shape \(bias.shape); \(count) heads have the widths \(widths)")
    }
    for width in widths {
      let part = try context.part(of: bias, start..<(start + count * width), axis: 0)
      biases.append(try part.filling([count, 1, width]))
      start += count * width
    }
    return biases
  }

  private static func sum(
    _ tensor: Tensor, _ bias: Tensor?, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    guard let bias else { return tensor }
    return try context.output(of: "Add", tensor, bias)
  }
}

// MARK: - Types

/// The extents that the shapes of the inputs tell.
private struct Extents {
  let batch: Dimension
  let queries: Dimension
  let heads: Dimension
  let width: Dimension
  let valueWidth: Dimension
  /// The number of keys, those of the past included.
  let keys: Dimension

  init?(_ context: borrowing InferenceContext) throws(OperatorError) {
    guard let query = context.shape(Input.query), [3, 5].contains(query.rank) else { return nil }
    let count = try context.value(of: headCount)
    try ScaledAttention.check(heads: count)
    let heads = Dimension.fixed(count)
    self.heads = heads
    (batch, queries) = (query[0], query[1])
    let width = query.rank == 5 ? query[4] : query[2].floorDivided(by: heads)
    self.width = width
    valueWidth =
      context.hasInput(Input.value)
      ? Extents.width(of: context.shape(Input.value), heads: heads) : width
    let own =
      context.hasInput(Input.key) ? Extents.length(of: context.shape(Input.key)) : query[1]
    let past =
      context.hasInput(Input.pastKey) ? Extents.length(of: context.shape(Input.pastKey)) : 0
    keys = own + past
  }

  /// Returns the number of keys in a tensor `[batch, sequence, …]` or `[batch, heads, sequence, …]`.
  private static func length(of shape: Shape?) -> Dimension {
    switch shape?.rank {
    case 3, 5: shape?[1] ?? .unknown
    case 4: shape?[2] ?? .unknown
    default: .unknown
    }
  }

  /// Returns the width of a head in a tensor that is divided into heads or not yet.
  private static func width(of shape: Shape?, heads: Dimension) -> Dimension {
    switch shape?.rank {
    case 3: (shape?[2] ?? .unknown).floorDivided(by: heads)
    case 4: shape?[3] ?? .unknown
    default: .unknown
    }
  }
}

extension OperatorDefinition {
  fileprivate static let multiHeadAttention = OperatorDefinition(
    OperatorSchema(
      "MultiHeadAttention", domain: microsoft, versions: [1],
      inputs: [
        .required("query", "T"), .optional("key", "T"), .optional("value", "T"),
        .optional("bias", "T"), .optional("key_padding_mask", "M"),
        .optional("attention_bias", "T"), .optional("past_key", "T"),
        .optional("past_value", "T"), .optional("past_sequence_length", "M"),
        .optional("cache_indirection", "M"),
      ],
      outputs: [
        .required("output", "T"), .optional("present_key", "T"),
        .optional("present_value", "T"), .optional("qk", "QK"),
      ],
      attributes: [
        AttentionMask.filterKey.declaration, headCount.declaration,
        ScaledAttention.scaleKey.declaration,
        AttentionMask.unidirectional.declaration,
      ],
      constraints: [
        "T": .tensors([.singleOrHalf, .bfloat16]), "QK": .tensors([.singleOrHalf, .bfloat16]),
        "M": .tensors(.int32),
      ]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(Input.query)
      guard let extents = try Extents(context) else {
        return Array(repeating: .tensor(type), count: context.outputCount)
      }
      let (batch, heads, keys) = (extents.batch, extents.heads, extents.keys)
      let outputs: [InferredValue] = [
        .tensor(type, Shape([batch, extents.queries, heads * extents.valueWidth])),
        .tensor(type, Shape([batch, heads, keys, extents.width])),
        .tensor(type, Shape([batch, heads, keys, extents.valueWidth])),
        .tensor(type, Shape([batch, heads, extents.queries, keys])),
      ]
      return Array(outputs.prefix(context.outputCount))
    },
    evaluate: widened { context throws(OperatorError) in
      try MultiHeadAttention.evaluate(context)
    })
}
