import IR
import Tensors

extension OperatorFamily {
  /// Piecewise linear functions whose parameters are inputs.
  static let clipping = OperatorFamily("clipping", [.clip, .prelu])
}

// MARK: - Clip

private enum Clip: NumericKernel {
  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let interval = Interval(
      low: try bound(1, of: context, as: Scalar.self) ?? .lowest,
      high: try bound(2, of: context, as: Scalar.self) ?? .highest)
    return [mapped(try context.tensor(0), by: interval)]
  }

  static func bound<Scalar: NumericScalar>(
    _ index: Int, of context: borrowing KernelContext, as scalar: Scalar.Type
  ) throws(OperatorError) -> Scalar? {
    guard let tensor = try context.optionalTensor(index) else { return nil }
    guard tensor.count == 1 else {
      throw OperatorError(
        .incompatibleShapes, "a bound has the shape \(tensor.shape)",
        remedy: "the bounds are scalars")
    }
    return tensor.withScalars(of: Scalar.self) { $0[0] }
  }
}

private struct Interval<Scalar: NumericScalar>: ElementFunction {
  let low: Scalar
  let high: Scalar

  /// In this order `high` wins where the bounds cross, and NaN stays.
  @inline(__always)
  func callAsFunction(_ x: Scalar) -> Scalar {
    let raised = x < low ? low : x
    return high < raised ? high : raised
  }
}

extension OperatorDefinition {
  /// Limits every element to an interval.
  fileprivate static let clip = OperatorDefinition(
    OperatorSchema(
      "Clip", versions: [1, 6, 11, 12, 13],
      inputs: [.required("input", "T"), .optional("min", "T"), .optional("max", "T")],
      outputs: [.required("output", "T")], constraints: ["T": .tensors(.numeric)]),
    upgrades: .consumedInputs + [
      .floatAttributeToInput("min", input: 1, at: 11),
      .floatAttributeToInput("max", input: 2, at: 11),
    ],
    inferTypes: sameAsFirstInput, evaluate: numeric(Clip.self))
}

// MARK: - PRelu

private enum PRelu: NumericKernel {
  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (x, slope) = (try context.tensor(0), try context.tensor(1))
    guard try broadcastShape(of: [x.shape, slope.shape]) == x.shape else {
      throw OperatorError(
        .incompatibleShapes, "a slope of shape \(slope.shape) does not broadcast to \(x.shape)")
    }
    let zero = Scalar.zero
    return [
      try combined(x, slope, as: Scalar.self, into: Scalar.self, in: context) { x, slope in
        x < zero ? Scalar.product(slope, x) : x
      }
    ]
  }
}

extension OperatorDefinition {
  /// Multiplies negative elements with a slope.
  fileprivate static let prelu = OperatorDefinition(
    OperatorSchema(
      "PRelu", versions: [1, 6, 7, 9, 16],
      inputs: [.required("X", "T"), .required("slope", "T")], outputs: [.required("Y", "T")],
      constraints: [
        "T": .tensors([.floats, .indices, ElementTypes([.uint32, .uint64])])
      ]),
    upgrades: .consumedInputs + [slopeOfChannels], inferTypes: sameAsFirstInput,
    evaluate: numeric(PRelu.self))

  /// Before version 7 a slope had one element, or one for each channel.
  private static let slopeOfChannels = OperatorUpgrade(to: 7) {
    graph, node throws(OperatorError) in
    let slope = graph.input(1, of: node).flatMap { graph.type(of: $0)?.shape }
    guard slope?.extents.flatMap(Tensor.elementCount) != 1, slope?.rank == 1 else { return }
    guard let x = graph.input(0, of: node), graph.type(of: x)?.shape?.rank != 1 else { return }
    try graph.alignOperand(1, of: node, toAxis: 1)
  }
}
