import IR
import Tensors

extension DowngradeRules {
  /// What transformers are made of.
  static let attention = DowngradeRules([
    "Attention": [
      .function(from: 23, roundsEachStep: true) { node, new throws(OperatorError) in
        try AttentionParts(node, new).outputs()
      }
    ],
    "RotaryEmbedding": [.rotation],
  ])
}

/// The operators that an attention is a function of.
private struct AttentionParts {
  let node: DifferentiatedNode
  let new: GradientBuilder

  private let isPacked: Bool
  private let heads: (queries: Int, keys: Int)

  init(_ node: DifferentiatedNode, _ new: GradientBuilder) throws(OperatorError) {
    self.node = node
    self.new = new
    var ranks: Set<Int> = []
    for index in 0..<3 { ranks.insert(try new.rank(of: try node.input(index))) }
    guard ranks == [3] || ranks == [4] else {
      throw OperatorError(.incompatibleShapes, "the inputs have the ranks \(ranks.sorted())")
    }
    isPacked = ranks == [3]
    for (key, plain) in [
      ("left_window_size", -1), ("right_window_size", -1), ("qk_matmul_output_mode", 0),
    ] where try node.value(of: AttributeKey<Int>(key, default: plain)) != plain {
      throw OperatorError(.unsupported, "there is no attribute \(key)")
    }
    guard node.optionalInput(6) == nil else {
      throw OperatorError(.unsupported, "nonpad_kv_seqlen is given")
    }
    heads = (
      try Self.count(node, new, 0, "q_num_heads"), try Self.count(node, new, 1, "kv_num_heads")
    )
  }

  private static func count(
    _ node: DifferentiatedNode, _ new: GradientBuilder, _ index: Int, _ key: String
  ) throws(OperatorError) -> Int {
    if let count = try node.value(of: OptionalAttributeKey<Int>(key)) { return count }
    guard let shape = new.shape(of: try node.input(index)), shape.rank == 4,
      let count = shape[1].fixedValue
    else { throw OperatorError(.unsupported, "the number of heads is not known") }
    return count
  }

  /// Returns the result, and keys and values with those that were there before.
  func outputs() throws(OperatorError) -> [ValueID?] {
    let queries = try split(0, heads.queries)
    let (keys, values) = (try joined(1, past: 4), try joined(2, past: 5))
    guard let size = new.extent(of: queries, 3), size > 0 else {
      throw OperatorError(.unsupported, "the size of the heads is not known")
    }
    let scale = try node.value(of: OptionalAttributeKey<Float>("scale"))
    // Both factors take the root, so that neither overflows.
    let root = new.scalar(Double(scale ?? 1 / Float(size).squareRoot()).squareRoot(), like: queries)
    let turned = try new.transposed(new("Mul", try repeated(keys), root))
    var scores = new("MatMul", new("Mul", queries, root), turned)
    let softcap = try node.value(of: AttributeKey<Float>("softcap", default: 0))
    if softcap != 0 {
      let limit = new.scalar(Double(softcap), like: scores)
      scores = new("Mul", new("Tanh", new("Div", scores, limit)), limit)
    }
    scores = try hidden(scores, queries: queries, keys: keys)
    var weights = new("Softmax", scores, attributes: ["axis": .int(-1)])
    if node.optionalInput(3) != nil {
      // A query from which every key is hidden gets nothing.
      weights = new("Where", new("IsNaN", weights), new.scalar(0, like: weights), weights)
    }
    let result = new("MatMul", weights, try repeated(values))
    return [isPacked ? merged(result) : result, keys, values]
  }

  // MARK: - Heads

  /// Returns an input in heads: (batch, heads, sequence, size).
  private func split(_ index: Int, _ count: Int) throws(OperatorError) -> ValueID {
    let value = try node.input(index)
    guard isPacked else { return value }
    let parts = new("Reshape", value, new.integers([0, 0, count, -1]))
    return new("Transpose", parts, attributes: ["perm": .ints([0, 2, 1, 3])])
  }

  private func merged(_ value: ValueID) -> ValueID {
    let parts = new("Transpose", value, attributes: ["perm": .ints([0, 2, 1, 3])])
    return new("Reshape", parts, new.integers([0, 0, -1]))
  }

  private func joined(_ index: Int, past: Int) throws(OperatorError) -> ValueID {
    let value = try split(index, heads.keys)
    guard let past = node.optionalInput(past) else { return value }
    return new.add("Concat", [past, value], attributes: ["axis": .int(2)], outputCount: 1)[0]
  }

  /// Repeats heads that several heads of queries share.
  private func repeated(_ value: ValueID) throws(OperatorError) -> ValueID {
    guard heads.queries != heads.keys else { return value }
    guard heads.keys > 0, let size = new.extent(of: value, 3) else {
      throw OperatorError(.unsupported, "the size of the heads is not known")
    }
    let count = new.integers([1, 1, heads.queries / heads.keys, 1, 1])
    let copies = new("Expand", new("Unsqueeze", value, new.integers([2])), count)
    return new("Reshape", copies, new.integers([0, heads.queries, -1, size]))
  }

  // MARK: - Masks

  /// Hides keys by the mask and those that come after a query.
  private func hidden(
    _ scores: ValueID, queries: ValueID, keys: ValueID
  ) throws(OperatorError) -> ValueID {
    var scores = scores
    let nothing = new.scalar(-.infinity, like: scores)
    if let mask = node.optionalInput(3) {
      if let width = new.shape(of: mask)?.dimensions.last?.fixedValue,
        let count = new.extent(of: keys, 2), width != count
      {
        throw OperatorError(.unsupported, "the mask is for \(width) of \(count) keys")
      }
      scores =
        new.elementType(of: mask) == .bool
        ? new("Where", mask, scores, nothing)
        : new("Add", scores, new("CastLike", mask, scores))
    }
    guard try node.value(of: AttributeKey<Bool>("is_causal", default: false)) else { return scores }
    var rows = numbers(of: queries)
    if let past = node.optionalInput(4) {
      rows = new("Add", rows, new.extents(of: past, from: 2, to: 3))
    }
    let isLater = new("Less", new("Unsqueeze", rows, new.integers([1])), numbers(of: keys))
    return new("Where", isLater, nothing, scores)
  }

  /// Returns the positions along the sequence axis.
  private func numbers(of value: ValueID) -> ValueID {
    let extent = new("Squeeze", new.extents(of: value, from: 2, to: 3), new.integers([0]))
    let (zero, one) = (Tensor(scalar: 0 as Int64), Tensor(scalar: 1 as Int64))
    return new("Range", new.constant(zero), extent, new.constant(one))
  }
}

// MARK: - Rotation

extension OperatorDowngrade {
  /// Pairs of numbers are turned by products and sums, which round as the operator does.
  fileprivate static let rotation = OperatorDowngrade(from: 23) { node throws(OperatorError) in
    let new = node.new
    let x = try node.input(0)
    let isPacked = try node.rank(ofInput: 0) == 3
    let tokens =
      isPacked
      ? new("Reshape", x, new.integers([0, 0, try node.headCount(), -1]))
      : new("Transpose", x, attributes: ["perm": .ints([0, 2, 1, 3])])
    let rotated = try node.value(of: AttributeKey<Int>("rotary_embedding_dim", default: 0))
    guard let size = new.extent(of: tokens, 3) else {
      throw OperatorError(.unsupported, "the size of the heads is not known")
    }
    let isPart = rotated != 0 && rotated != size
    let parts =
      isPart
      ? new.add(
        "Split", [tokens, new.integers([rotated, size - rotated])],
        attributes: ["axis": .int(3)], outputCount: 2) : [tokens]
    let isInterleaved = try node.value(of: AttributeKey<Bool>("interleaved", default: false))
    let pairs = new.pairs(of: parts[0], size: isPart ? rotated : size, isInterleaved)
    let (cosine, sine) = (try node.cache(1), try node.cache(2))
    let first = new("Sub", new("Mul", cosine, pairs[0]), new("Mul", sine, pairs[1]))
    let second = new("Add", new("Mul", sine, pairs[0]), new("Mul", cosine, pairs[1]))
    var result = new.joinedPairs([first, second], size: isPart ? rotated : size, isInterleaved)
    if isPart {
      result =
        new.add("Concat", [result, parts[1]], attributes: ["axis": .int(3)], outputCount: 1)[0]
    }
    try node.replace(with: [
      isPacked
        ? new("Reshape", result, new.integers([0, 0, -1]))
        : new("Transpose", result, attributes: ["perm": .ints([0, 2, 1, 3])])
    ])
  }
}

extension DowngradedNode {
  fileprivate func headCount() throws(OperatorError) -> Int {
    try value(of: AttributeKey<Int>("num_heads"))
  }

  /// Returns the factors of each token, of the shape (batch, sequence, 1, pairs).
  fileprivate func cache(_ index: Int) throws(OperatorError) -> ValueID {
    var cache = try input(index)
    if let positions = optionalInput(3) { cache = new("Gather", cache, positions) }
    return new("Unsqueeze", cache, new.integers([2]))
  }
}

extension GradientBuilder {
  /// Returns the extent of an axis, where it is known.
  fileprivate func extent(of value: ValueID, _ axis: Int) -> Int? {
    shape(of: value)?.dimensions.dropFirst(axis).first?.fixedValue
  }

  /// Returns the first and the second numbers of all pairs along axis 3.
  fileprivate func pairs(of value: ValueID, size: Int, _ isInterleaved: Bool) -> [ValueID] {
    guard isInterleaved else {
      return add(
        "Split", [value, integers([size / 2, size / 2])], attributes: ["axis": .int(3)],
        outputCount: 2)
    }
    return [0, 1].map { start in
      self("Slice", value, integers([start]), integers([size]), integers([3]), integers([2]))
    }
  }

  /// Puts the numbers of pairs back in their places.
  fileprivate func joinedPairs(
    _ numbers: [ValueID], size: Int, _ isInterleaved: Bool
  ) -> ValueID {
    guard isInterleaved else {
      return add("Concat", numbers, attributes: ["axis": .int(3)], outputCount: 1)[0]
    }
    let columns = numbers.map { self("Unsqueeze", $0, integers([4])) }
    let pairs = add("Concat", columns, attributes: ["axis": .int(4)], outputCount: 1)[0]
    return self("Reshape", pairs, integers([0, 0, 0, size]))
  }
}
