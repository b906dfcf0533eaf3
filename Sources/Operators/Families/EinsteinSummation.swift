import IR
import Tensors

extension OperatorFamily {
  /// Sums of products that an equation describes.
  static let einsteinSummation = OperatorFamily("einstein summation", [.einsum])
}

/// A tensor whose axes have labels.
private struct LabelledTensor<Scalar: NumericScalar> {
  typealias Label = EinsteinEquation.Label

  let tensor: Tensor
  let labels: [Label]

  /// Returns the elements with other axes, in a dense tensor of the shape `extents`.
  ///
  /// An axis without label in `order` must have one element. Of an axis that occurs twice the
  /// diagonal is taken.
  func arranged(_ order: [Label], _ extents: [Int]) -> Tensor {
    let own = rowMajorStrides(of: tensor.shape)
    let strides = order.map { label in
      labels.indices.reduce(0) { labels[$1] == label ? $0 + own[$1] : $0 }
    }
    let copy = StridedCopy(extents: extents, sourceStrides: strides)
    return tensor.withScalars(of: Scalar.self) { source in
      Tensor(of: Scalar.self, shape: extents) { copy.run(from: source, to: $0) }
    }
  }
}

/// The evaluation of an equation, two operands at a time.
///
/// Axes that no other operand and not the result has are summed first, and each operand is followed
/// by the next one that shares a label with it, which keeps small what lies between.
private struct EinsteinSum<Scalar: NumericScalar> {
  typealias Label = EinsteinEquation.Label
  typealias Operand = LabelledTensor<Scalar>

  private let extents: [Label: Int]
  private let result: [Label]
  /// The number of operands that have each label and are not used up.
  private var uses: [Label: Int] = [:]
  private var operands: [Operand] = []

  init(_ context: borrowing KernelContext) throws(OperatorError) {
    let equation = try EinsteinEquation(try context.value(of: Einsum.equation))
    var tensors: [Tensor] = []
    for index in context.inputs.indices { tensors.append(try context.tensor(index)) }
    let labels = try equation.labels(ranks: tensors.map(\.rank))
    let dimensions = try Einsum.dimensions(
      of: labels, tensors.map { Shape($0.shape) })
    extents = dimensions.compactMapValues(\.fixedValue)
    result = equation.resultLabels(of: labels)
    for (tensor, labels) in zip(tensors, labels) {
      // An axis of one element that others are wider than is repeated like a missing one.
      let kept = zip(labels, tensor.shape).filter { $1 != 1 || extents[$0] == 1 }
      let squeezed = tensor.reshaped(to: kept.map { $0.1 }) ?? tensor
      operands.append(Operand(tensor: squeezed, labels: kept.map { $0.0 }))
      for label in Set(operands[operands.count - 1].labels) { uses[label, default: 0] += 1 }
    }
  }

  mutating func evaluate(_ context: borrowing KernelContext) throws(OperatorError) -> Tensor {
    for index in operands.indices {
      operands[index] = try summed(operands[index], context)
    }
    // The order of the rest is kept: operands are taken from the end.
    operands.reverse()
    guard var total = operands.popLast() else {
      throw OperatorError(.wrongInputCount, "no tensors are given")
    }
    while !operands.isEmpty {
      let shared =
        total.labels.isEmpty
        ? nil
        : operands.lastIndex { operand in
          operand.labels.contains(where: total.labels.contains)
        }
      total = try product(of: total, operands.remove(at: shared ?? operands.count - 1), context)
    }
    try context.checkOutput(Scalar.elementType, shape: result.map { extents[$0] ?? 1 })
    return total.arranged(result, result.map { extents[$0] ?? 1 })
  }

  private func shape(_ labels: [Label]) -> [Int] { labels.map { extents[$0] ?? 1 } }

  private func isNeeded(_ label: Label) -> Bool {
    uses[label, default: 0] > 0 || result.contains(label)
  }

  /// Returns an operand with each label once, summed over those that nothing else has.
  private mutating func summed(
    _ operand: Operand, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Operand {
    var labels: [Label] = []
    for label in operand.labels where !labels.contains(label) { labels.append(label) }
    let summed = labels.filter { uses[$0] == 1 && !result.contains($0) }
    let kept = labels.filter { !summed.contains($0) }
    guard !summed.isEmpty || labels != operand.labels else { return operand }
    for label in summed { uses[label] = nil }
    let rows = operand.arranged(kept + summed, shape(kept + summed))
    guard !summed.isEmpty else { return Operand(tensor: rows, labels: kept) }
    let width = Operators.product(shape(summed))
    try context.checkOutput(Scalar.elementType, shape: shape(kept))
    let sums = rows.withScalars(of: Scalar.self) { elements in
      Tensor(of: Scalar.self, shape: shape(kept)) { sums in
        for row in sums.indices {
          var sum = Scalar.Accumulator.zero
          for index in 0..<width { sum = .sum(sum, elements[row * width + index].accumulator) }
          sums[row] = Scalar(sum)
        }
      }
    }
    return Operand(tensor: sums, labels: kept)
  }

  /// Returns the product of two operands, summed over the labels that nothing else has.
  private mutating func product(
    of left: Operand, _ right: Operand, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Operand {
    for label in left.labels { uses[label, default: 0] -= 1 }
    for label in right.labels { uses[label, default: 0] -= 1 }
    let shared = left.labels.filter(right.labels.contains)
    let (stack, depth) = (shared.filter(isNeeded), shared.filter { !isNeeded($0) })
    let rows = left.labels.filter { !shared.contains($0) }
    let columns = right.labels.filter { !shared.contains($0) }
    for label in stack + rows + columns { uses[label, default: 0] += 1 }
    let sizes = [stack, rows, depth, columns].map { Operators.product(shape($0)) }
    let first = left.arranged(stack + rows + depth, shape(stack + rows + depth))
    let second = right.arranged(stack + depth + columns, shape(stack + depth + columns))
    guard let first = first.reshaped(to: [sizes[0], sizes[1], sizes[2]]),
      let second = second.reshaped(to: [sizes[0], sizes[2], sizes[3]]),
      let product = try Self.product(first, second, context),
      let tensor = product.reshaped(to: shape(stack + rows + columns))
    else {
      throw OperatorError(
        .limitExceeded, "a product of the shape \(shape(stack + rows + columns)) is too large")
    }
    return Operand(tensor: tensor, labels: stack + rows + columns)
  }

  /// Returns the products of two stacks of matrices.
  private static func product(
    _ left: Tensor, _ right: Tensor, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor? {
    guard left.shape[2] == 1 else {
      let factors = context.replacingInputs([.tensor(left), .tensor(right)])
      return try OperatorDefinition.matMul.evaluate(factors)[0].tensor
    }
    return try combined(left, right, as: Scalar.self, into: Scalar.self, in: context) {
      .product($0, $1)
    }
  }
}

private enum Einsum: NumericKernel {
  static let equation = AttributeKey<String>("equation")

  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    var sum = try EinsteinSum<Scalar>(context)
    return [try sum.evaluate(context)]
  }

  /// Returns the extents that labels stand for, as far as they are known.
  ///
  /// - Throws: `incompatibleShapes` when operands disagree; only extents of 1 are repeated, and not
  ///   where a label occurs twice in one operand.
  static func dimensions(
    of operands: [[EinsteinEquation.Label]], _ shapes: [Shape]
  ) throws(OperatorError) -> [EinsteinEquation.Label: Dimension] {
    var dimensions: [EinsteinEquation.Label: Dimension] = [:]
    for (labels, shape) in zip(operands, shapes) {
      var own: [EinsteinEquation.Label: Dimension] = [:]
      for (label, dimension) in zip(labels, shape.dimensions) {
        let other = own[label] ?? dimension
        guard other == dimension || other.fixedValue == nil || dimension.fixedValue == nil else {
          throw OperatorError(
            .incompatibleShapes, "a label stands for axes of \(other) and \(dimension) elements")
        }
        own[label] = other.fixedValue == nil ? dimension : other
      }
      for label in labels {
        guard let dimension = own.removeValue(forKey: label) else { continue }
        let shapes = [Shape([dimensions[label] ?? dimension]), Shape([dimension])]
        dimensions[label] = try broadcastShape(of: shapes)[0]
      }
    }
    return dimensions
  }
}

extension OperatorDefinition {
  /// Multiplies tensors and sums over axes, as an equation of labels says (Einstein's convention).
  fileprivate static let einsum = OperatorDefinition(
    OperatorSchema(
      "Einsum", versions: [12, 28], inputs: [.variadic("Inputs", "T")],
      outputs: [.required("Output", "T")], attributes: [Einsum.equation.declaration],
      constraints: ["T": .tensors(.numeric)]),
    inferTypes: { context throws(OperatorError) in
      let equation = try EinsteinEquation(try context.value(of: Einsum.equation))
      let type = context.elementType(0)
      let shapes = context.inputs.indices.compactMap(context.shape)
      guard shapes.count == context.inputs.count else {
        let rank = equation.resultRank
        return [.tensor(type, rank.map { Shape([Dimension](repeating: .unknown, count: $0)) })]
      }
      let labels = try equation.labels(ranks: shapes.map(\.rank))
      let dimensions = try Einsum.dimensions(of: labels, shapes)
      let result = equation.resultLabels(of: labels)
      return [.tensor(type, Shape(result.map { dimensions[$0] ?? .unknown }))]
    },
    evaluate: numeric(Einsum.self))
}
