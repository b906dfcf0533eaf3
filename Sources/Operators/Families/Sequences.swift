import IR
import Tensors

extension OperatorFamily {
  /// Operators on sequences as lists.
  static let sequences = OperatorFamily(
    "sequences",
    [
      .sequenceConstruct, .sequenceEmpty, .sequenceAt, .sequenceInsert, .sequenceErase,
      .sequenceLength,
    ])
}

private let sequenceType = TypeConstraint.sequences(.classic)
private let elementType = TypeConstraint.tensors(.classic)
private let positionType = TypeConstraint.tensors(.indices)

// MARK: - Making sequences

private let dtype = OptionalAttributeKey<Int>("dtype")

/// Returns the element type that a `SequenceEmpty` announces.
private func announcedType(of node: Node) throws(OperatorError) -> ElementType {
  guard let number = try node.attributes.value(of: dtype) else { return .float32 }
  let type = try ElementType(number: number, of: "dtype")
  guard ElementTypes.classic.contains(type) else {
    throw OperatorError(
      .invalidAttribute, "attribute dtype names \(type)", remedy: "it takes \(sequenceType)")
  }
  return type
}

extension OperatorDefinition {
  /// Makes a sequence of the inputs.
  fileprivate static let sequenceConstruct = OperatorDefinition(
    OperatorSchema(
      "SequenceConstruct", versions: [11], inputs: [.variadic("inputs", "T")],
      outputs: [.required("output_sequence", "S")],
      constraints: ["T": elementType, "S": sequenceType]),
    inferTypes: { context in
      let types = context.inputs.indices.map(context.type)
      return [.sequence(of: types.dropFirst().reduce(types.first ?? nil, generalized))]
    },
    evaluate: { context throws(OperatorError) in
      var elements: [RuntimeValue] = []
      for index in context.inputs.indices {
        let tensor = try context.tensor(index)
        try context.check(tensor, fits: elements.first?.tensor)
        elements.append(.tensor(tensor))
      }
      return try context.output(elements)
    })

  /// Makes a sequence without elements.
  fileprivate static let sequenceEmpty = OperatorDefinition(
    OperatorSchema(
      "SequenceEmpty", versions: [11], inputs: [], outputs: [.required("output", "S")],
      attributes: [dtype.declaration], constraints: ["S": sequenceType]),
    inferTypes: { context throws(OperatorError) in
      [.sequence(of: .tensor(try announcedType(of: context.node), nil))]
    },
    evaluate: { context throws(OperatorError) in
      _ = try announcedType(of: context.node)
      return [.sequence([])]
    })
}

// MARK: - Changing sequences

extension OperatorDefinition {
  /// Puts a tensor into a sequence, at the end unless told otherwise.
  fileprivate static let sequenceInsert = OperatorDefinition(
    OperatorSchema(
      "SequenceInsert", versions: [11],
      inputs: [
        .required("input_sequence", "S"), .required("tensor", "T"), .optional("position", "I"),
      ],
      outputs: [.required("output_sequence", "S")],
      constraints: ["T": elementType, "S": sequenceType, "I": positionType]),
    inferTypes: { context in
      [.sequence(of: generalized(context.sequenceElement(0), context.type(1)))]
    },
    evaluate: { context throws(OperatorError) in
      var elements = try context.tensors(ofSequence: 0)
      let tensor = try context.tensor(1)
      try context.check(tensor, fits: elements.first)
      let count = elements.count
      let position = try context.position(2, in: 0..<(count + 1), of: count) ?? count
      elements.insert(tensor, at: position)
      return try context.output(elements.map { .tensor($0) })
    })

  /// Takes a tensor out of a sequence, the last one unless told otherwise.
  fileprivate static let sequenceErase = OperatorDefinition(
    OperatorSchema(
      "SequenceErase", versions: [11],
      inputs: [.required("input_sequence", "S"), .optional("position", "I")],
      outputs: [.required("output_sequence", "S")],
      constraints: ["S": sequenceType, "I": positionType]),
    inferTypes: sameAsFirstInput,
    evaluate: { context throws(OperatorError) in
      var elements = try context.sequence(0)
      let count = elements.count
      guard count > 0 else {
        throw OperatorError(.invalidValue, "the sequence from which an element is taken is empty")
      }
      elements.remove(at: try context.position(1, in: 0..<count, of: count) ?? count - 1)
      return [.sequence(elements)]
    })
}

// MARK: - Reading sequences

extension OperatorDefinition {
  /// Returns one tensor of a sequence.
  fileprivate static let sequenceAt = OperatorDefinition(
    OperatorSchema(
      "SequenceAt", versions: [11],
      inputs: [.required("input_sequence", "S"), .required("position", "I")],
      outputs: [.required("tensor", "T")],
      constraints: ["S": sequenceType, "T": elementType, "I": positionType]),
    inferTypes: { context in [InferredValue(context.sequenceElement(0))] },
    evaluate: { context throws(OperatorError) in
      let elements = try context.sequence(0)
      guard let place = try context.position(1, in: elements.indices, of: elements.count) else {
        throw OperatorError(.missingInput, "input 1 is missing")
      }
      return [elements[place]]
    })

  /// Returns the number of tensors in a sequence.
  fileprivate static let sequenceLength = OperatorDefinition(
    OperatorSchema(
      "SequenceLength", versions: [11], inputs: [.required("input_sequence", "S")],
      outputs: [.required("length", "I")],
      constraints: ["S": sequenceType, "I": .tensors(.int64)]),
    inferTypes: { _ in [.tensor(.int64, [])] },
    evaluate: { context throws(OperatorError) in
      [.tensor(Tensor(scalar: Int64(try context.sequence(0).count)))]
    })
}
