import IR
import Tensors

extension OperatorFamily {
  /// Operators without parameters that normalize along some axes.
  static let axisNormalization = OperatorFamily(
    "axis normalization", [.lpNormalization, .meanVarianceNormalization])
}

/// Calls `body` with every run of elements, where their statistics start and how these advance.
private func forEachRun(
  of shape: [Int], reducing axes: [Int],
  _ body: (_ start: Int, _ statistics: Int, _ step: Int, _ count: Int) -> Void
) {
  let reduced = shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
  let walk = BroadcastWalk(shape: shape, operands: [reduced])
  let step = walk.strides[0].last ?? 0
  walk.forEachRun { start, offsets, count in body(start, offsets[0], step, count) }
}

/// Returns sums of transformed elements along some axes, gathered in 64 bits in row-major order.
private func totals<Scalar: RealScalar>(
  _ source: UnsafeBufferPointer<Scalar>, of shape: [Int], along axes: [Int],
  _ transform: (_ element: Double, _ statistics: Int) -> Double
) -> [Double] {
  let kept = shape.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
  var totals = [Double](repeating: 0, count: product(kept))
  forEachRun(of: shape, reducing: axes) { start, statistics, step, count in
    for index in 0..<count {
      let place = statistics + index * step
      totals[place] += transform(source[start + index].double, place)
    }
  }
  return totals
}

// MARK: - LpNormalization

private enum LpNormalization: RealKernel {
  static let axis = AttributeKey<Int>("axis", default: -1)
  static let order = AttributeKey<Int>("p", default: 2)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let input = try context.tensor(0)
    let order = try context.value(of: order)
    try check(order: order)
    let axes = [try normalizedAxis(try context.value(of: axis), rank: input.rank)]
    guard input.count > 0 else { return [input] }
    try context.checkOutput(Scalar.elementType, shape: input.shape)
    let output = input.withScalars(of: Scalar.self) { source in
      let sums = totals(source, of: input.shape, along: axes) { value, _ in
        order == 1 ? abs(value) : value * value
      }
      let norms = sums.map { Scalar(order == 1 ? $0 : $0.squareRoot()) }
      return Tensor(of: Scalar.self, shape: input.shape) { result in
        forEachRun(of: input.shape, reducing: axes) { start, statistics, step, count in
          for index in 0..<count {
            let norm = norms[statistics + index * step]
            result[start + index] = norm == 0 ? 0 : source[start + index] / norm
          }
        }
      }
    }
    return [output]
  }

  static func check(order: Int) throws(OperatorError) {
    guard order == 1 || order == 2 else {
      throw OperatorError(.invalidAttribute, "p is \(order)", remedy: "use 1 or 2")
    }
  }
}

// MARK: - MeanVarianceNormalization

private enum MeanVarianceNormalization: RealKernel {
  static let axes = AttributeKey<[Int]>("axes", default: [0, 2, 3])

  /// Keeps the quotient finite where all elements are equal.
  private static let epsilon = 1e-9

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let input = try context.tensor(0)
    let axes = try normalizedAxes(try context.value(of: axes), rank: input.rank)
    guard input.count > 0 else { return [input] }
    try context.checkOutput(Scalar.elementType, shape: input.shape)
    let size = Double(axes.reduce(1) { $0 * input.shape[$1] })
    let output = input.withScalars(of: Scalar.self) { source in
      let means = totals(source, of: input.shape, along: axes) { value, _ in value }
        .map { $0 / size }
      let factors = totals(source, of: input.shape, along: axes) { value, place in
        (value - means[place]) * (value - means[place])
      }.map { Scalar(1 / (($0 / size).squareRoot() + epsilon)) }
      let centers = means.map { Scalar($0) }
      return Tensor(of: Scalar.self, shape: input.shape) { result in
        forEachRun(of: input.shape, reducing: axes) { start, statistics, step, count in
          for index in 0..<count {
            let place = statistics + index * step
            result[start + index] = (source[start + index] - centers[place]) * factors[place]
          }
        }
      }
    }
    return [output]
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  /// Divides by the norm along one axis; where that is zero, so is the result.
  fileprivate static let lpNormalization = OperatorDefinition(
    OperatorSchema(
      "LpNormalization", versions: [1, 22], inputs: [.required("input", "T")],
      outputs: [.required("output", "T")],
      attributes: [LpNormalization.axis.declaration, LpNormalization.order.declaration],
      constraints: ["T": .tensors(.floats)]),
    inferTypes: { context throws(OperatorError) in
      try LpNormalization.check(order: try context.value(of: LpNormalization.order))
      if let shape = context.shape(0) {
        _ = try normalizedAxis(try context.value(of: LpNormalization.axis), rank: shape.rank)
      }
      return [InferredValue(context.type(0))]
    },
    evaluate: real(LpNormalization.self))

  /// Shifts and scales to mean 0 and variance 1 along some axes.
  fileprivate static let meanVarianceNormalization = OperatorDefinition(
    OperatorSchema(
      "MeanVarianceNormalization", versions: [9, 13], inputs: [.required("X", "T")],
      outputs: [.required("Y", "T")],
      attributes: [MeanVarianceNormalization.axes.declaration],
      constraints: ["T": .tensors(.floats)]),
    inferTypes: { context throws(OperatorError) in
      let axes = try context.value(of: MeanVarianceNormalization.axes)
      if let shape = context.shape(0) { _ = try normalizedAxes(axes, rank: shape.rank) }
      return [InferredValue(context.type(0))]
    },
    evaluate: real(MeanVarianceNormalization.self))
}
