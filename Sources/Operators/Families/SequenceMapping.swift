import IR
import Tensors

extension OperatorFamily {
  /// Operators that execute a subgraph for every element of a sequence.
  static let sequenceMapping = OperatorFamily("sequence mapping", [.sequenceMap])
}

private enum SequenceMap {
  static let body = AttributeKey<BlockID>("body")

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let block = try context.value(of: body)
    let count = try context.sequence(0).count
    for (index, input) in context.inputs.enumerated() {
      guard let input else { throw OperatorError(.missingInput, "input \(index) is missing") }
      guard case .sequence(let elements) = input, elements.count != count else { continue }
      throw OperatorError(
        .incompatibleShapes,
        "input \(index) is a sequence of \(elements.count), the first one of \(count)")
    }
    var results = ScanOutputs(count: context.outputs.count)
    for step in 0..<count {
      let values = context.inputs.compactMap { input in
        if case .sequence(let elements) = input { elements[step] } else { input }
      }
      try results.append(try context.run(block, with: values), context)
    }
    return results.values.map { .sequence($0) }
  }
}

extension OperatorDefinition {
  /// Makes sequences of what a subgraph computes for every element of the first sequence.
  ///
  /// The subgraph is given the elements of further sequences at the same place, and tensors whole.
  fileprivate static let sequenceMap = OperatorDefinition(
    OperatorSchema(
      "SequenceMap", versions: [17],
      inputs: [
        .required("input_sequence", "S"),
        .variadic("additional_inputs", "V", minimum: 0, isHomogeneous: false),
      ],
      outputs: [.variadic("out_sequence", "S", isHomogeneous: false)],
      attributes: [SequenceMap.body.declaration],
      constraints: [
        "S": .sequences(.classic), "V": TypeConstraint(tensors: .classic, sequences: .classic),
      ]),
    inferTypes: { context throws(OperatorError) in
      let inputs = context.inputs.indices.map { index in
        InferredValue(context.sequenceElement(index) ?? context.type(index))
      }
      return try context.infer(try context.value(of: SequenceMap.body), with: inputs)
        .map { .sequence(of: $0.type) }
    },
    evaluate: SequenceMap.evaluate)
}
