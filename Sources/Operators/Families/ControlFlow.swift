import IR
import Tensors

extension OperatorFamily {
  /// Operators that execute subgraphs, which see the values around them.
  static let controlFlow = OperatorFamily("control flow", [.if, .loop])
}

private let anyValue = TypeConstraint(
  tensors: .common, sequences: .common, optionals: .common,
  optionalSequences: [.classic, .bfloat16])

/// Returns the one flag of an input, or nil when it is left out.
private func flag(
  _ index: Int, of context: borrowing KernelContext
) throws(OperatorError) -> Bool? {
  guard let tensor = try context.optionalTensor(index) else { return nil }
  return try flag(of: tensor)
}

private func flag(of tensor: Tensor?) throws(OperatorError) -> Bool {
  guard let tensor, tensor.elementType == .bool, tensor.count == 1 else {
    let found = tensor.map { "\($0.elementType)\($0.shape)" } ?? "no tensor"
    throw OperatorError(.invalidType, "a condition is \(found), not one bool")
  }
  return tensor.withScalars(of: Bool.self) { $0[0] }
}

// MARK: - If

private enum If {
  static let elseBranch = AttributeKey<BlockID>("else_branch")
  static let thenBranch = AttributeKey<BlockID>("then_branch")
}

extension OperatorDefinition {
  private static let versions = [1, 11, 13, 16, 19, 21, 23, 24, 25]

  /// Executes one of two subgraphs.
  fileprivate static let `if` = OperatorDefinition(
    OperatorSchema(
      "If", versions: versions, inputs: [.required("cond", "B")],
      outputs: [.variadic("outputs", "V", isHomogeneous: false)],
      attributes: [If.elseBranch.declaration, If.thenBranch.declaration],
      constraints: ["B": .tensors(.bool), "V": anyValue]),
    inferTypes: { context throws(OperatorError) in
      let outcomes = [
        try context.infer(try context.value(of: If.thenBranch), with: []),
        try context.infer(try context.value(of: If.elseBranch), with: []),
      ]
      if let condition = context.constant(0), condition.encoding == .dense {
        return try flag(of: condition) ? outcomes[0] : outcomes[1]
      }
      return zip(outcomes[0], outcomes[1]).map { $0.generalized(with: $1) }
    },
    evaluate: { context throws(OperatorError) in
      let isTrue = try flag(of: try context.tensor(0))
      let branch = try context.value(of: isTrue ? If.thenBranch : If.elseBranch)
      let results = try context.run(branch, with: [])
      guard results.count >= context.outputs.count else {
        throw OperatorError(
          .wrongOutputCount,
          "a branch has \(results.count) outputs, the node \(context.outputs.count)")
      }
      return results
    })
}

// MARK: - Loop

private enum Loop {
  static let body = AttributeKey<BlockID>("body")

  /// Returns the values that the first step starts with.
  static func initialValues(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    var values: [RuntimeValue] = []
    for (index, input) in context.inputs.enumerated().dropFirst(2) {
      guard let input else { throw OperatorError(.missingInput, "input \(index) is missing") }
      values.append(input)
    }
    return values
  }

  /// Returns the number of steps after which the loop ends whatever the condition.
  static func stepCount(_ context: borrowing KernelContext) throws(OperatorError) -> Int? {
    guard let counts = try context.optionalIntegers(0) else { return nil }
    guard counts.count == 1 else {
      throw OperatorError(.incompatibleShapes, "M holds \(counts.count) numbers, not one")
    }
    return counts[0]
  }

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let block = try context.value(of: body)
    let limit = try stepCount(context) ?? .max
    var goesOn = try flag(1, of: context) ?? true
    let followsCondition = context.inputs.count > 1 && context.inputs[1] != nil
    var carried = try initialValues(context)
    var scans = ScanOutputs(count: context.outputs.count - carried.count)
    var step = 0
    while goesOn, step < limit {
      guard step < maximumStepCount else {
        throw OperatorError(.limitExceeded, "the loop has not ended after \(step) steps")
      }
      let counter = RuntimeValue.tensor(Tensor(scalar: Int64(step)))
      let condition = RuntimeValue.tensor(Tensor(scalar: goesOn))
      let results = try context.run(block, with: [counter, condition] + carried)
      guard results.count >= 1 + carried.count else {
        throw OperatorError(
          .wrongOutputCount,
          "the body has \(results.count) outputs for \(carried.count) values that it carries on")
      }
      if followsCondition { goesOn = try flag(of: results[0].tensor) }
      carried = Array(results.dropFirst().prefix(carried.count))
      try scans.append(results.dropFirst(1 + carried.count), context)
      step += 1
    }
    var outputs = carried
    for index in scans.values.indices {
      outputs.append(try scans.stacked(index, offset: carried.count, along: 0, context))
    }
    return outputs
  }
}

/// What the steps of a loop leave behind.
struct ScanOutputs {
  /// For each output what the steps computed, in their order.
  private(set) var values: [[RuntimeValue]]
  private var byteCount = 0

  /// Creates room for a number of outputs.
  init(count: Int) {
    values = [[RuntimeValue]](repeating: [], count: max(0, count))
  }

  /// Adds the results of one step; those that no output is for are dropped.
  ///
  /// - Throws: `limitExceeded` when all of them together exceed the memory limit.
  mutating func append(
    _ results: some Collection<RuntimeValue>, _ context: borrowing KernelContext
  ) throws(OperatorError) {
    guard results.count >= values.count else {
      throw OperatorError(
        .wrongOutputCount, "the body has \(results.count) scan outputs, the node \(values.count)")
    }
    for (index, result) in zip(values.indices, results) {
      values[index].append(result)
      // Even what has no elements takes some room.
      byteCount += 64 + (result.tensor?.range.count ?? 0)
    }
    guard byteCount <= context.memoryLimit else {
      throw OperatorError(
        .limitExceeded,
        "the scan outputs exceed the memory limit of \(context.memoryLimit) bytes")
    }
  }

  /// Returns one output; `offset` is the number of the node's outputs before all of these.
  func stacked(
    _ index: Int, offset: Int, along axis: Int, isReversed: Bool = false,
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> RuntimeValue {
    let place = offset + index
    let type = place < context.outputTypes.count ? context.outputTypes[place] : nil
    let steps = isReversed ? values[index].reversed() : values[index]
    return try Operators.stacked(steps, along: axis, as: type, context)
  }
}

extension OperatorDefinition {
  /// Executes a subgraph until a condition is false or a number of steps is reached.
  fileprivate static let loop = OperatorDefinition(
    OperatorSchema(
      "Loop", versions: versions,
      inputs: [
        .optional("M", "I"), .optional("cond", "B"),
        .variadic("v_initial", "V", minimum: 0, isHomogeneous: false),
      ],
      outputs: [.variadic("v_final_and_scan_outputs", "V", isHomogeneous: false)],
      attributes: [Loop.body.declaration],
      constraints: ["B": .tensors(.bool), "I": .tensors(.int64), "V": anyValue]),
    inferTypes: { context throws(OperatorError) in
      // Each step may change the shapes that it carries on: only their types are sure.
      let initial = context.inputs.dropFirst(2).map { $0?.type }
      let carried = initial.map { InferredValue($0?.withoutShape) }
      let counter = InferredValue.tensor(.int64, [])
      let results = try context.infer(
        try context.value(of: Loop.body), with: [counter, .tensor(.bool, [])] + carried)
      let final = zip(initial, results.dropFirst()).map { initial, result in
        InferredValue(generalized(initial, result.type))
      }
      let scans = results.dropFirst(1 + initial.count).map { result in
        let shape = result.type?.shape.map { Shape([.unknown] + $0.dimensions) }
        return InferredValue.tensor(result.type?.elementType, shape)
      }
      return final + scans
    },
    evaluate: Loop.evaluate)
}
