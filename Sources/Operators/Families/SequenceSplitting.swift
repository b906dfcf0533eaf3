import IR
import Tensors

extension OperatorFamily {
  /// Operators that cut a tensor into a sequence, and join one.
  static let sequenceSplitting = OperatorFamily(
    "sequence splitting", [.splitToSequence, .concatFromSequence])
}

// MARK: - SplitToSequence

private enum SplitToSequence: MovementKernel {
  static let axis = AttributeKey<Int>("axis", default: 0)
  static let keepsAxis = AttributeKey<Bool>("keepdims", default: true)

  /// Returns the number of parts of one size that an axis has; the last one may be smaller.
  static func partCount(of extent: Int, size: Int) throws(OperatorError) -> Int {
    guard size > 0 else {
      throw OperatorError(.invalidValue, "split is \(size)", remedy: "it takes a positive number")
    }
    return extent / size + (extent % size == 0 ? 0 : 1)
  }

  /// Returns the extents of the parts of an axis; without sizes they are 1.
  static func parts(
    of extent: Int, _ context: borrowing KernelContext
  ) throws(OperatorError) -> [Int] {
    let split = try context.optionalTensor(1)
    let sizes = try split?.integers ?? [1]
    guard split?.rank ?? 0 > 0 else {
      let count = try partCount(of: extent, size: sizes[0])
      try context.checkSequence(count: count)
      return (0..<count).map { min(sizes[0], extent - $0 * sizes[0]) }
    }
    var rest = extent
    for size in sizes {
      guard size >= 0, size <= rest else {
        throw OperatorError(
          .invalidValue, "an axis of \(extent) has no parts of the sizes \(sizes.prefix(16))")
      }
      rest -= size
    }
    guard rest == 0, split?.rank == 1 else {
      throw OperatorError(
        .incompatibleShapes,
        "split is \(split?.shape ?? []) numbers that leave \(rest) of an axis of \(extent)",
        remedy: "it takes one number, or a list whose sum is the extent")
    }
    return sizes
  }

  static func evaluate<Element: BitwiseCopyable>(
    _ context: borrowing KernelContext, data: [MovableTensor], of element: Element.Type
  ) throws(OperatorError) -> [MovableTensor] {
    let input = data[0]
    let axis = try normalizedAxis(try context.value(of: axis), rank: input.shape.count)
    let sizes = try parts(of: input.shape[axis], context)
    try context.checkSequence(count: sizes.count, byteCount: input.range.count)
    let strides = rowMajorStrides(of: input.shape)
    let keepsAxis = try context.value(of: keepsAxis)
    let isSized = try context.optionalTensor(1) != nil
    var (results, start): ([MovableTensor], Int) = ([], 0)
    for size in sizes {
      var extents = input.shape
      extents[axis] = size
      let copy = StridedCopy(extents: extents, sourceStrides: strides)
      if !isSized, !keepsAxis { extents.remove(at: axis) }
      results.append(
        MovableTensor(of: Element.self, shape: extents) { result in
          input.withElements(of: Element.self) { source in
            copy.run(from: source, at: start * strides[axis], to: result)
          }
        })
      start += size
    }
    return results
  }

  /// Returns what is known of the extent of every part.
  static func partExtent(
    of extent: Dimension, _ context: borrowing InferenceContext
  ) throws(OperatorError) -> Dimension {
    guard context.hasInput(1) else { return 1 }
    guard let sizes = context.integers(1), let first = sizes.first else { return .unknown }
    guard context.shape(1)?.rank == 0 else {
      return sizes.allSatisfy { $0 == first } ? .fixed(first) : .unknown
    }
    guard let extent = extent.fixedValue else { return .unknown }
    _ = try partCount(of: extent, size: first)
    return extent % first == 0 ? .fixed(first) : .unknown
  }
}

extension OperatorDefinition {
  /// Cuts a tensor along an axis into a sequence of parts.
  fileprivate static let splitToSequence = OperatorDefinition(
    OperatorSchema(
      "SplitToSequence", versions: [11, 24],
      inputs: [.required("input", "T"), .optional("split", "I")],
      outputs: [.required("output_sequence", "S")],
      attributes: [SplitToSequence.keepsAxis.declaration, SplitToSequence.axis.declaration],
      constraints: [
        "T": .tensors([.classic, .bfloat16]), "I": .tensors(.indices),
        "S": .sequences([.classic, .bfloat16]),
      ]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      guard var shape = context.shape(0) else { return [.sequence(of: .tensor(type, nil))] }
      let axis = try normalizedAxis(
        try context.value(of: SplitToSequence.axis), rank: shape.rank)
      shape[axis] = try SplitToSequence.partExtent(of: shape[axis], context)
      let keepsAxis = try context.value(of: SplitToSequence.keepsAxis)
      if !context.hasInput(1), !keepsAxis {
        var dimensions = shape.dimensions
        dimensions.remove(at: axis)
        shape = Shape(dimensions)
      }
      return [.sequence(of: .tensor(type, shape))]
    },
    evaluate: { context throws(OperatorError) in
      [.sequence(try movement(SplitToSequence.self)(context))]
    })
}

// MARK: - ConcatFromSequence

private let concatenationAxis = AttributeKey<Int>("axis")
private let makesAxis = AttributeKey<Bool>("new_axis", default: false)

extension OperatorDefinition {
  /// Joins the tensors of a sequence along an axis that they have, or along a new one.
  fileprivate static let concatFromSequence = OperatorDefinition(
    OperatorSchema(
      "ConcatFromSequence", versions: [11], inputs: [.required("input_sequence", "S")],
      outputs: [.required("concat_result", "T")],
      attributes: [concatenationAxis.declaration, makesAxis.declaration],
      constraints: ["S": .sequences(.classic), "T": .tensors(.classic)]),
    inferTypes: { context throws(OperatorError) in
      let element = context.sequenceElement(0)
      guard let shape = element?.shape else { return [.tensor(element?.elementType)] }
      let isNew = try context.value(of: makesAxis)
      let axis = try normalizedAxis(
        try context.value(of: concatenationAxis), rank: shape.rank + (isNew ? 1 : 0))
      var dimensions = shape.dimensions
      if isNew {
        dimensions.insert(.unknown, at: axis)
      } else {
        dimensions[axis] = .unknown
      }
      return [.tensor(element?.elementType, Shape(dimensions))]
    },
    evaluate: { context throws(OperatorError) in
      let elements = try context.tensors(ofSequence: 0)
      guard !elements.isEmpty else {
        throw OperatorError(.invalidValue, "the sequence whose tensors are joined is empty")
      }
      let values = elements.map { RuntimeValue.tensor($0) }
      guard try context.value(of: makesAxis) else {
        return try concatenation(context.replacingInputs(values))
      }
      let axis = try context.value(of: concatenationAxis)
      return [try stacked(values, along: axis, as: nil, context)]
    })
}
