import IR
import Tensors

extension OperatorFamily {
  /// Attention as a recurrence: a state takes the place of all scores.
  static let linearAttention = OperatorFamily("linear attention", [.linearAttention])
}

// MARK: - Attributes and shapes

/// How a token changes the state.
private struct UpdateRule {
  static let key = AttributeKey<String>("update_rule", default: "gated_delta")

  /// Whether the state decays, by input 4.
  let decays: Bool
  /// Whether only what the state does not hold yet is written, at a rate that input 5 says.
  let corrects: Bool

  init(
    _ attributes: Attributes, hasDecay: Bool, hasRate: Bool
  ) throws(OperatorError) {
    let name = try attributes.value(of: Self.key)
    switch name {
    case "linear": (decays, corrects) = (false, false)
    case "gated": (decays, corrects) = (true, false)
    case "delta": (decays, corrects) = (false, true)
    case "gated_delta": (decays, corrects) = (true, true)
    default:
      throw OperatorError(
        .invalidAttribute, "update_rule is \"\(name)\"",
        remedy: "use linear, gated, delta or gated_delta")
    }
    for (input, isGiven, isUsed) in [
      ("decay", hasDecay, decays), ("beta", hasRate, corrects),
    ] where isGiven != isUsed {
      throw OperatorError(
        isUsed ? .missingInput : .wrongInputCount,
        "\(input) is \(isGiven ? "" : "not ")given for the update rule \(name)",
        remedy: "gated rules need decay, delta rules beta; the others take none")
    }
  }
}

/// The extents of a linear attention, as far as they are known, checked.
private struct LinearShape {
  static let keyHeads = AttributeKey<Int>("kv_num_heads")
  static let queryHeads = AttributeKey<Int>("q_num_heads")

  let batch: Dimension
  let length: Dimension
  let queryHeads: Int
  let keyHeads: Int
  let keySize: Dimension
  let valueSize: Dimension

  /// Creates the extents from the shapes of the inputs in their order.
  init(_ attributes: Attributes, _ inputs: [Shape?]) throws(OperatorError) {
    queryHeads = try attributes.value(of: Self.queryHeads)
    keyHeads = try attributes.value(of: Self.keyHeads)
    guard keyHeads > 0, queryHeads > 0, queryHeads % keyHeads == 0 else {
      throw OperatorError(
        .invalidAttribute, "\(queryHeads) heads of queries do not share \(keyHeads) heads of keys",
        remedy: "q_num_heads must be a positive multiple of kv_num_heads")
    }
    let query = try LinearShape.split(inputs[0], queryHeads, "query")
    let key = try LinearShape.split(inputs[1], keyHeads, "key")
    let value = try LinearShape.split(inputs[2], keyHeads, "value")
    let state = inputs[3] ?? [.unknown, .fixed(keyHeads), .unknown, .unknown]
    let known = query.completed(by: key)
    (batch, length) = (known.completed(by: value)[0], known.completed(by: value)[1])
    keySize = state.rank == 4 ? Shape([known[2]]).completed(by: [state[2]])[0] : known[2]
    valueSize = state.rank == 4 ? Shape([value[2]]).completed(by: [state[3]])[0] : value[2]
    try LinearShape.check(query, "query", [[batch, length, keySize]])
    try LinearShape.check(key, "key", [[batch, length, keySize]])
    try LinearShape.check(value, "value", [[batch, length, valueSize]])
    try LinearShape.check(state, "past_state", [self.state])
    let (one, all) = (Dimension.fixed(keyHeads), Dimension.fixed(keyHeads) * keySize)
    try LinearShape.check(inputs[4], "decay", [[batch, length, one], [batch, length, all]])
    try LinearShape.check(inputs[5], "beta", [[batch, length, one], [batch, length, 1]])
  }

  var output: Shape { Shape([batch, length, .fixed(queryHeads) * valueSize]) }

  var state: Shape { Shape([batch, .fixed(keyHeads), keySize, valueSize]) }

  /// Returns (batch, sequence, heads × size) as (batch, sequence, size).
  private static func split(
    _ shape: Shape?, _ heads: Int, _ name: String
  ) throws(OperatorError) -> Shape {
    guard let shape else { return [.unknown, .unknown, .unknown] }
    guard shape.rank == 3, shape[2].fixedValue.map({ $0 % heads == 0 }) ?? true else {
      throw OperatorError(
        .incompatibleShapes, "\(name) has the shape \(shape) for \(heads) heads",
        remedy: "it is (batch, sequence, heads × size)")
    }
    return Shape([shape[0], shape[1], shape[2].floorDivided(by: .fixed(heads))])
  }

  private static func check(
    _ shape: Shape?, _ name: String, _ choices: [Shape]
  ) throws(OperatorError) {
    guard let shape, !choices.contains(where: { shape.agrees(with: $0) }) else { return }
    let wanted = choices.map(\.description).joined(separator: " or ")
    throw OperatorError(
      .incompatibleShapes, "\(name) has the shape \(shape), not \(wanted) for each head")
  }
}

// MARK: - Kernel

private enum LinearAttention: RealKernel {
  /// How many tokens an executor may take together; it changes no result.
  static let chunkSize = AttributeKey<Int>("chunk_size", default: 64)
  static let scale = AttributeKey<Float>("scale", default: 0)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    var inputs: [Tensor?] = []
    for index in 0..<6 { inputs.append(try context.optionalTensor(index)) }
    let rule = try UpdateRule(
      context.node.attributes, hasDecay: inputs[4] != nil, hasRate: inputs[5] != nil)
    let shape = try LinearShape(
      context.node.attributes, inputs.map { $0.map { Shape($0.shape) } })
    let (output, state) = (try extents(of: shape.output), try extents(of: shape.state))
    try context.checkOutput(Scalar.elementType, shape: output)
    try context.checkOutput(Scalar.elementType, shape: state)
    let factor = Scalar(try context.value(of: scale))
    let recurrence = Recurrence<Scalar>(
      scale: factor == 0 ? 1 / Scalar(state[2]).squareRoot() : factor,
      batch: output[0], length: output[1], queryHeads: shape.queryHeads, keyHeads: state[1],
      keySize: state[2], valueSize: state[3], rule: rule,
      inputs: inputs.map { $0?.scalars(of: Scalar.self) ?? [] })
    var present =
      inputs[3]?.scalars(of: Scalar.self) ?? [Scalar](repeating: 0, count: product(state))
    let result = Tensor(of: Scalar.self, shape: output) { result in
      recurrence.run(state: &present, to: result)
    }
    return [result, Tensor(shape: state, scalars: present)]
  }
}

/// The recurrence over the tokens of a batch.
private struct Recurrence<Scalar: RealScalar> {
  let scale: Scalar
  let batch: Int
  let length: Int
  let queryHeads: Int
  let keyHeads: Int
  let keySize: Int
  let valueSize: Int
  let rule: UpdateRule
  /// The numbers of the inputs in their order.
  let inputs: [[Scalar]]

  /// Brings the state through all tokens and writes what the queries read from it.
  func run(state: inout [Scalar], to result: UnsafeMutableBufferPointer<Scalar>) {
    guard !state.isEmpty else { return result.update(repeating: 0) }
    let product = MatrixProduct<Scalar>(rows: keySize, columns: valueSize)
    var line = [Scalar](repeating: 0, count: valueSize)
    let size = keySize * valueSize
    state.withUnsafeMutableBufferPointer { state in
      guard let start = state.baseAddress else { return }
      for head in 0..<(batch * keyHeads) {
        for step in 0..<length {
          let token = head / keyHeads * length + step
          update(start + head * size, token, head % keyHeads, product, &line)
          read(start + head * size, token, head % keyHeads, product, to: result)
        }
      }
    }
  }

  private func update(
    _ state: UnsafeMutablePointer<Scalar>, _ token: Int, _ head: Int,
    _ product: borrowing MatrixProduct<Scalar>, _ line: inout [Scalar]
  ) {
    let place = token * keyHeads + head
    if rule.decays { decay(state, place) }
    let value = place * valueSize
    inputs[1].withUnsafeBufferPointer { keys in
      guard let key = keys.baseAddress.map({ $0 + place * keySize }) else { return }
      if rule.corrects {
        let rate = inputs[5].count == batch * length ? inputs[5][token] : inputs[5][place]
        line.withUnsafeMutableBufferPointer { held in
          guard let held = held.baseAddress else { return }
          multiply(key, state, product, into: held)
          for index in 0..<valueSize {
            held[index] = rate * (inputs[2][value + index] - held[index])
          }
        }
      } else {
        for index in 0..<valueSize { line[index] = inputs[2][value + index] }
      }
      for row in 0..<keySize {
        for index in 0..<valueSize { state[row * valueSize + index] += key[row] * line[index] }
      }
    }
  }

  private func decay(_ state: UnsafeMutablePointer<Scalar>, _ place: Int) {
    let isShared = inputs[4].count == batch * length * keyHeads
    for row in 0..<keySize {
      let factor = Scalar.exp(inputs[4][isShared ? place : place * keySize + row])
      for index in 0..<valueSize { state[row * valueSize + index] *= factor }
    }
  }

  /// Writes what the queries that share a state read from it.
  private func read(
    _ state: UnsafeMutablePointer<Scalar>, _ token: Int, _ head: Int,
    _ product: borrowing MatrixProduct<Scalar>, to result: UnsafeMutableBufferPointer<Scalar>
  ) {
    guard let result = result.baseAddress else { return }
    let groupSize = queryHeads / keyHeads
    inputs[0].withUnsafeBufferPointer { queries in
      guard let queries = queries.baseAddress else { return }
      for query in (head * groupSize)..<((head + 1) * groupSize) {
        let place = token * queryHeads + query
        let target = result + place * valueSize
        multiply(queries + place * keySize, state, product, into: target)
        for index in 0..<valueSize { target[index] *= scale }
      }
    }
  }

  private func multiply(
    _ vector: UnsafePointer<Scalar>, _ state: UnsafeMutablePointer<Scalar>,
    _ product: borrowing MatrixProduct<Scalar>, into target: UnsafeMutablePointer<Scalar>
  ) {
    product.multiply(
      MatrixView(vector, rows: 1, columns: keySize),
      MatrixView(UnsafePointer(state), rows: keySize, columns: valueSize), into: target,
      stride: valueSize)
  }
}

// MARK: - Definition

extension OperatorDefinition {
  /// Reads values by queries from a state that keys wrote them to, token by token.
  fileprivate static let linearAttention = OperatorDefinition(
    OperatorSchema(
      "LinearAttention", versions: [27],
      inputs: [
        .required("query", "T"), .required("key", "T"), .required("value", "T"),
        .optional("past_state", "S"), .optional("decay", "T"), .optional("beta", "T"),
      ],
      outputs: [.required("output", "T"), .required("present_state", "S")],
      attributes: [
        LinearAttention.chunkSize.declaration, LinearShape.keyHeads.declaration,
        LinearShape.queryHeads.declaration, LinearAttention.scale.declaration,
        UpdateRule.key.declaration,
      ],
      constraints: [
        "S": .tensors(ElementTypes([.float16, .float32, .bfloat16])),
        "T": .tensors(ElementTypes([.float16, .float32, .bfloat16])),
      ]),
    inferTypes: { context throws(OperatorError) in
      _ = try UpdateRule(
        context.node.attributes, hasDecay: context.hasInput(4), hasRate: context.hasInput(5))
      let shape = try LinearShape(context.node.attributes, (0..<6).map(context.shape))
      let stateType = context.hasInput(3) ? context.elementType(3) : context.elementType(0)
      let outputs: [InferredValue] = [
        .tensor(context.elementType(0), shape.output), .tensor(stateType, shape.state),
      ]
      return Array(outputs.prefix(context.outputCount))
    },
    evaluate: real(LinearAttention.self) { context throws(OperatorError) in
      let type = try context.tensor(0).elementType
      return [type, try context.optionalTensor(3)?.elementType ?? type]
    })
}
