import IR
import Tensors

extension OperatorFamily {
  /// Scaled dot product attention.
  static let attention = OperatorFamily("attention", [.attention])
}

// MARK: - Attributes

/// The attributes of `Attention`, checked.
private struct AttentionAttributes {
  static let causal = AttributeKey<Bool>("is_causal", default: false)
  static let keyHeads = OptionalAttributeKey<Int>("kv_num_heads")
  static let leftWindow = AttributeKey<Int>("left_window_size", default: -1)
  static let queryHeads = OptionalAttributeKey<Int>("q_num_heads")
  static let rightWindow = AttributeKey<Int>("right_window_size", default: -1)
  static let scale = OptionalAttributeKey<Float>("scale")
  static let scoresMode = AttributeKey<Int>("qk_matmul_output_mode", default: 0)
  static let softcap = AttributeKey<Float>("softcap", default: 0)
  static let softmaxPrecision = OptionalAttributeKey<Int>("softmax_precision")

  /// The attributes as the schema lists them.
  static let declarations = [
    causal.declaration, keyHeads.declaration, leftWindow.declaration, scoresMode.declaration,
    queryHeads.declaration, rightWindow.declaration, scale.declaration, softcap.declaration,
    softmaxPrecision.declaration,
  ]

  let isCausal: Bool
  let left: Int?
  let right: Int?
  /// The step whose result is the fourth output.
  let exposedStep: AttentionStep
  let heads: (queries: Int?, keys: Int?)
  let softmaxType: ElementType?

  init(_ attributes: Attributes) throws(OperatorError) {
    isCausal = try attributes.value(of: Self.causal)
    left = try Self.window(Self.leftWindow, attributes)
    right = try Self.window(Self.rightWindow, attributes)
    let mode = try attributes.value(of: Self.scoresMode)
    guard let step = AttentionStep(rawValue: mode) else {
      throw OperatorError(
        .invalidAttribute, "qk_matmul_output_mode is \(mode)", remedy: "use a number from 0 to 3")
    }
    exposedStep = step
    heads = (
      try attributes.value(of: Self.queryHeads), try attributes.value(of: Self.keyHeads)
    )
    softmaxType = try attributes.softmaxType(Self.softmaxPrecision)
  }

  private static func window(
    _ key: AttributeKey<Int>, _ attributes: Attributes
  ) throws(OperatorError) -> Int? {
    let size = try attributes.value(of: key)
    guard size >= -1 else {
      throw OperatorError(
        .invalidAttribute, "\(key.name) is \(size)", remedy: "use a distance, or -1 for no limit")
    }
    return size < 0 ? nil : size
  }
}

extension Attributes {
  /// Returns the type that an attribute names for the steps of a softmax.
  ///
  /// - Throws: `invalidAttribute` when it is no floating-point type of 16 bits or more.
  func softmaxType(_ key: OptionalAttributeKey<Int>) throws(OperatorError) -> ElementType? {
    guard let number = try value(of: key) else { return nil }
    let type = try ElementType(number: number, of: key.name)
    guard ElementTypes.floats.contains(type) else {
      throw OperatorError(
        .invalidAttribute, "\(key.name) names \(type)",
        remedy: "use 1 (float32), 10 (float16), 11 (float64) or 16 (bfloat16)")
    }
    return type
  }
}

// MARK: - Inputs

private enum Input {
  static let mask = 3
  static let pastKeys = 4
  static let pastValues = 5
  static let lengths = 6

  /// Checks which optional inputs come together.
  static func check(hasPast: (keys: Bool, values: Bool), hasLengths: Bool) throws(OperatorError) {
    guard hasPast.keys == hasPast.values else {
      throw OperatorError(
        .missingInput, "past_key and past_value are given one without the other")
    }
    guard !(hasPast.keys && hasLengths) else {
      throw OperatorError(
        .wrongInputCount, "nonpad_kv_seqlen is given together with past_key and past_value",
        remedy: "a cache is kept by the operator or outside of it")
    }
  }
}

/// Returns the numbers of keys that are no padding, one for each element of the batch.
private func lengths(
  _ context: borrowing KernelContext, scores: [Int]
) throws(OperatorError) -> [Int]? {
  guard let tensor = try context.optionalTensor(Input.lengths) else { return nil }
  let lengths = try tensor.integers
  guard tensor.shape == [scores[0]] else {
    throw OperatorError(
      .incompatibleShapes, "nonpad_kv_seqlen has the shape \(tensor.shape), not [\(scores[0])]")
  }
  guard let wrong = lengths.first(where: { !(0...scores[3]).contains($0) }) else { return lengths }
  throw OperatorError(
    .invalidValue, "nonpad_kv_seqlen holds \(wrong) for \(scores[3]) keys",
    remedy: "use numbers of keys, from 0 on")
}

// MARK: - Kernel

private enum Attention: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let attributes = try AttentionAttributes(context.node.attributes)
    let heads = try heads(context, attributes.heads, of: scalar)
    let scores = heads.scoresShape
    let exposedStep = context.wantsOutput(3) ? attributes.exposedStep : nil
    try context.checkOutput(
      Scalar.elementType, shape: exposedStep == nil ? Array(scores[2...]) : scores)
    let softcap = Scalar(try context.value(of: AttentionAttributes.softcap))
    let steps = AttentionSteps(
      scale: try context.value(of: AttentionAttributes.scale),
      softcap: context.rounding(softcap), bias: try bias(context, attributes, scores: scores),
      softmaxType: attributes.softmaxType.map { context.resultType(for: $0) },
      narrowType: context.narrowType)
    let (result, exposed) = steps.run(on: heads, exposing: exposedStep)
    let output = try context.tensor(0).rank == 3 ? mergeHeads(result, of: scalar) : result
    return Array([output, heads.keys, heads.values, exposed].prefix(max(1, context.outputs.count)))
  }

  private static func bias<Scalar: RealScalar>(
    _ context: borrowing KernelContext, _ attributes: AttentionAttributes, scores: [Int]
  ) throws(OperatorError) -> AttentionBias<Scalar> {
    let mask = try context.optionalTensor(Input.mask)
    return try AttentionBias(
      mask: mask.map { AttentionBias<Scalar>.additive($0, narrowType: context.narrowType) },
      window: AttentionWindow(
        isCausal: attributes.isCausal, left: attributes.left, right: attributes.right),
      pastCount: try context.optionalTensor(Input.pastKeys)?.shape[2] ?? 0,
      lengths: try lengths(context, scores: scores), scores: scores)
  }

  private static func heads<Scalar: RealScalar>(
    _ context: borrowing KernelContext, _ counts: (queries: Int?, keys: Int?),
    of scalar: Scalar.Type
  ) throws(OperatorError) -> AttentionHeads<Scalar> {
    let (q, k) = (try context.tensor(0), try context.tensor(1))
    let v = try context.tensor(2)
    let pastKeys = try context.optionalTensor(Input.pastKeys)
    let pastValues = try context.optionalTensor(Input.pastValues)
    try Input.check(
      hasPast: (pastKeys != nil, pastValues != nil),
      hasLengths: try context.optionalTensor(Input.lengths) != nil)
    let shape = try AttentionShape(
      queries: Shape(q.shape), keys: Shape(k.shape), values: Shape(v.shape),
      pastKeys: pastKeys.map { Shape($0.shape) }, pastValues: pastValues.map { Shape($0.shape) },
      hasPast: pastKeys != nil, heads: counts)
    for part in [shape.presentKeys, shape.presentValues, shape.result] {
      try context.checkOutput(Scalar.elementType, shape: try extents(of: part))
    }
    let (queryHeads, keyHeads) = try (
      extents(of: shape.scores)[1], extents(of: shape.presentKeys)[1]
    )
    let split = { (tensor: Tensor, count: Int) in
      shape.isPacked ? splitHeads(tensor, into: count, of: scalar) : tensor
    }
    return AttentionHeads(
      queries: split(q, queryHeads),
      keys: joined(pastKeys, split(k, keyHeads), of: scalar),
      values: joined(pastValues, split(v, keyHeads), of: scalar))
  }

  /// Returns what is given in each head behind what was there before.
  private static func joined<Scalar: RealScalar>(
    _ past: Tensor?, _ new: Tensor, of scalar: Scalar.Type
  ) -> Tensor {
    guard let past else { return new }
    let shape = [new.shape[0], new.shape[1], past.shape[2] + new.shape[2], new.shape[3]]
    return Tensor(of: Scalar.self, shape: shape) { result in
      guard var target = result.baseAddress, !result.isEmpty else { return }
      for head in 0..<(shape[0] * shape[1]) {
        for part in [past, new] {
          let count = part.shape[2] * part.shape[3]
          part.withScalars(of: Scalar.self) { source in
            guard let source = source.baseAddress, count > 0 else { return }
            target.update(from: source + head * count, count: count)
          }
          target += count
        }
      }
    }
  }
}

// MARK: - Definition

extension OperatorDefinition {
  /// Weighs values by how well their keys go with each query.
  ///
  /// In 24 and 25 inputs and attributes were added whose absence is the old meaning; 25 also refuses
  /// numbers of heads beside inputs that show them.
  fileprivate static let attention = OperatorDefinition(
    OperatorSchema(
      "Attention", versions: [23, 24, 25],
      inputs: [
        .required("Q", "T1"), .required("K", "T1"), .required("V", "T2"),
        .optional("attn_mask", "U"), .optional("past_key", "T1"), .optional("past_value", "T2"),
        .optional("nonpad_kv_seqlen", "tensor(int64)"),
      ],
      outputs: [
        .required("Y", "T1"), .optional("present_key", "T1"), .optional("present_value", "T2"),
        .optional("qk_matmul_output", "T1"),
      ],
      attributes: AttentionAttributes.declarations,
      constraints: [
        "T1": .tensors(.floats), "T2": .tensors(.floats),
        "U": .tensors([.numeric, .bool]),
      ]),
    upgrades: [.droppingVisibleHeads],
    inferTypes: { context throws(OperatorError) in
      let attributes = try AttentionAttributes(context.node.attributes)
      let hasPast = context.hasInput(Input.pastKeys)
      try Input.check(
        hasPast: (hasPast, context.hasInput(Input.pastValues)),
        hasLengths: context.hasInput(Input.lengths))
      let (type, valueType) = (context.elementType(0), context.elementType(2))
      guard let queries = context.shape(0) else {
        let outputs: [InferredValue] = [
          .tensor(type), .tensor(type), .tensor(valueType), .tensor(type),
        ]
        return Array(outputs.prefix(context.outputCount))
      }
      let shape = try AttentionShape(
        queries: queries, keys: context.shape(1), values: context.shape(2),
        pastKeys: context.shape(Input.pastKeys), pastValues: context.shape(Input.pastValues),
        hasPast: hasPast, heads: attributes.heads)
      try attentionMaskFits(context.shape(Input.mask), scores: shape.scores)
      let outputs: [InferredValue] = [
        .tensor(type, shape.output), .tensor(type, shape.presentKeys),
        .tensor(valueType, shape.presentValues), .tensor(type, shape.scores),
      ]
      return Array(outputs.prefix(context.outputCount))
    },
    evaluate: real(Attention.self) { context throws(OperatorError) in
      let (type, valueType) = (
        try context.tensor(0).elementType, try context.tensor(2).elementType
      )
      return [type, type, valueType, type]
    })
}

extension OperatorUpgrade {
  /// Before version 25 numbers of heads could be given beside inputs that have an axis for them.
  fileprivate static let droppingVisibleHeads = OperatorUpgrade(to: 25, formVersion: 23) {
    graph, node in
    guard let queries = graph.input(0, of: node), graph.type(of: queries)?.shape?.rank == 4 else {
      return
    }
    graph.update(node) { node in
      for key in [AttentionAttributes.queryHeads, AttentionAttributes.keyHeads] {
        node.attributes[key.name] = nil
      }
    }
  }
}
