import IR
import Tensors

extension OperatorFamily {
  /// Attention whose scores and probabilities pass through subgraphs.
  static let flexAttention = OperatorFamily("flex attention", [.flexAttention])
}

private enum FlexAttention {
  static let probabilityBlock = OptionalAttributeKey<BlockID>("prob_mod")
  static let scale = OptionalAttributeKey<Float>("scale")
  static let scoreBlock = OptionalAttributeKey<BlockID>("score_mod")
  static let softmaxPrecision = OptionalAttributeKey<Int>("softmax_precision")

  /// Returns the type of scores and probabilities: not below 32 bits, unless the attribute says so.
  static func softmaxType(
    _ attributes: Attributes, queries: ElementType?
  ) throws(OperatorError) -> ElementType? {
    if let type = try attributes.softmaxType(softmaxPrecision) { return type }
    return queries.map { $0 == .float64 ? .float64 : .float32 }
  }

  /// Returns the extents for queries, keys and values, which have an axis for heads.
  static func shape(
    _ q: Shape, _ k: Shape?, _ v: Shape?
  ) throws(OperatorError) -> AttentionShape {
    guard q.rank == 4 else {
      throw OperatorError(
        .incompatibleShapes, "Q has rank \(q.rank)", remedy: "give (batch, heads, sequence, size)")
    }
    return try AttentionShape(queries: q, keys: k, values: v)
  }

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let declared = try context.tensor(0).elementType
    let type = context.resultType(
      for: try softmaxType(context.node.attributes, queries: declared) ?? declared)
    let products = try onlyTensor(try real(ScaledProducts.self)(context))
    try context.checkOutput(type, shape: products.shape)
    let scores = products.converted(to: type)
    let probabilities = try modified(scores, by: scoreBlock, context).softmaxAlongLastAxis()
    let weights = try modified(probabilities, by: probabilityBlock, context)
    let values = try context.tensor(2).converted(to: weights.elementType)
    let weighing = context.replacingInputs([.tensor(weights), .tensor(values)])
    let result = try onlyTensor(try real(WeighedSums.self)(weighing))
    return [.tensor(result.converted(to: declared))]
  }

  /// Returns what the subgraph of an attribute makes of a tensor.
  private static func modified(
    _ tensor: Tensor, by key: OptionalAttributeKey<BlockID>, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    guard let block = try context.value(of: key) else { return tensor }
    let result = try onlyTensor(try context.run(block, with: [.tensor(tensor)]))
    guard result.elementType == tensor.elementType, result.shape == tensor.shape else {
      throw unsuitable(
        "\(result.elementType)\(result.shape)", from: key, "\(tensor.elementType)\(tensor.shape)")
    }
    return result
  }

  private static func onlyTensor(_ values: [RuntimeValue]) throws(OperatorError) -> Tensor {
    guard values.count == 1, let tensor = values[0].tensor else {
      throw OperatorError(
        .wrongOutputCount, "a subgraph returns \(values.count) values, not one tensor")
    }
    return tensor
  }

  private static func unsuitable(
    _ found: String, from key: OptionalAttributeKey<BlockID>, _ wanted: String
  ) -> OperatorError {
    OperatorError(
      .incompatibleShapes, "\(key.name) makes \(found) of \(wanted)",
      remedy: "type and shape must stay as they are")
  }

  /// Infers the subgraph of an attribute and checks what is known of its result.
  static func inferBlock(
    _ key: OptionalAttributeKey<BlockID>, _ type: ElementType?, _ scores: Shape?,
    _ context: borrowing InferenceContext
  ) throws(OperatorError) {
    guard let block = try context.value(of: key) else { return }
    let results = try context.infer(block, with: [.tensor(type, scores)])
    guard results.count == 1 else {
      throw OperatorError(.wrongOutputCount, "\(key.name) has \(results.count) outputs, not one")
    }
    guard case .tensor(let element, let shape)? = results[0].type else { return }
    let hasType = element == nil || type == nil || element == type
    let hasShape = shape?.agrees(with: scores ?? Shape([Dimension](repeating: .unknown, count: 4)))
    guard hasType, hasShape ?? true else {
      throw unsuitable(
        "\(ValueType.tensor(element, shape))", from: key, "\(ValueType.tensor(type, scores))")
    }
  }
}

/// The products of all queries and keys: input 2, the values, is only checked.
private enum ScaledProducts: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (q, k) = (try context.tensor(0), try context.tensor(1))
    let v = try context.tensor(2)
    let shape = try FlexAttention.shape(Shape(q.shape), Shape(k.shape), Shape(v.shape))
    for part in [shape.scores, shape.result] {
      try context.checkOutput(Scalar.elementType, shape: try extents(of: part))
    }
    let heads = AttentionHeads<Scalar>(queries: q, keys: k, values: v)
    let scaled = heads.scaled(
      by: try context.value(of: FlexAttention.scale), context.rounding)
    return [
      Tensor(of: Scalar.self, shape: heads.scoresShape) { result in
        guard !result.isEmpty else { return }
        scaled.forEachScores { head, scores in
          scores.withScalars(of: Scalar.self) { source in
            for index in source.indices { result[head * source.count + index] = source[index] }
          }
        }
      }
    ]
  }
}

/// The sums of values, input 1, weighed by input 0.
private enum WeighedSums: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (weights, values) = (try context.tensor(0), try context.tensor(1))
    let (heads, rows) = (weights.shape[1], weights.shape[2])
    let sums = WeighedValues<Scalar>(values, queryHeads: heads)
    let shape = [weights.shape[0], heads, rows, values.shape[3]]
    return [
      Tensor(of: Scalar.self, shape: shape) { result in
        guard !result.isEmpty else { return }
        let count = rows * weights.shape[3]
        weights.withScalars(of: Scalar.self) { weights in
          for head in 0..<(shape[0] * heads) {
            let matrix = UnsafeBufferPointer(
              rebasing: weights[(head * count)..<((head + 1) * count)])
            sums.write(matrix, rows: rows, ofHead: head, to: result)
          }
        }
      }
    ]
  }
}

extension OperatorDefinition {
  /// Weighs values by how well their keys go with each query, as two subgraphs see it.
  fileprivate static let flexAttention = OperatorDefinition(
    OperatorSchema(
      "FlexAttention", domain: "ai.onnx.preview", versions: [1],
      inputs: [.required("Q", "T1"), .required("K", "T1"), .required("V", "T1")],
      outputs: [.required("Y", "T1")],
      attributes: [
        FlexAttention.probabilityBlock.declaration, FlexAttention.scale.declaration,
        FlexAttention.scoreBlock.declaration, FlexAttention.softmaxPrecision.declaration,
      ],
      constraints: ["T1": .tensors(.floats)]),
    inferTypes: { context throws(OperatorError) in
      let queries = context.elementType(0)
      let type = try FlexAttention.softmaxType(context.node.attributes, queries: queries)
      let shape = try context.shape(0).map { q throws(OperatorError) in
        try FlexAttention.shape(q, context.shape(1), context.shape(2))
      }
      try FlexAttention.inferBlock(FlexAttention.scoreBlock, type, shape?.scores, context)
      try FlexAttention.inferBlock(FlexAttention.probabilityBlock, type, shape?.scores, context)
      return [.tensor(queries, shape?.result)]
    },
    evaluate: FlexAttention.evaluate)
}
