import IR
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension OperatorFamily {
  /// Operators that gather the elements along some axes in one.
  static let reductions = OperatorFamily(
    "reductions",
    [
      .reduction("ReduceL1", ReduceL1.self), .reduction("ReduceL2", ReduceL2.self),
      .reduction("ReduceLogSum", ReduceLogSum.self, versions: logVersions, types: .floats),
      .logSumExp,
      .reduction("ReduceMax", ReduceMax.self, versions: orderVersions, types: orderTypes),
      .reduction("ReduceMean", ReduceMean.self),
      .reduction("ReduceMin", ReduceMin.self, versions: orderVersions, types: orderTypes),
      .reduction("ReduceProd", ReduceProd.self, symbolic: *),
      .reduction(
        "ReduceSum", ReduceSum.self, versions: [1, 11, 13], axesInputSince: 13, symbolic: +),
      .reduction("ReduceSumSquare", ReduceSumSquare.self),
    ])

  private static let logVersions = [1, 11, 13, 18, 28]
  private static let orderVersions = [1, 11, 12, 13, 18, 20]
  private static let orderTypes: ElementTypes = [
    wideTypes, .bool, ElementTypes([.int8, .uint8]),
  ]
}

private let wideTypes: ElementTypes = [.floats, .indices, ElementTypes([.uint32, .uint64])]

/// A reduction: a total to start from, how an element is added and what the total stands for.
///
/// Totals of float32 are kept in 64 bits and rounded once.
private protocol Reduction: NumericKernel {
  static func initial<Total: NumericScalar>(_ type: Total.Type) -> Total
  static func add<Total: NumericScalar>(_ total: Total, _ x: Total) -> Total
  static func result<Total: NumericScalar>(_ total: Total, count: Int) -> Total
}

extension Reduction {
  static func initial<Total: NumericScalar>(_ type: Total.Type) -> Total { .zero }
  static func add<Total: NumericScalar>(_ total: Total, _ x: Total) -> Total { .sum(total, x) }
  static func result<Total: NumericScalar>(_ total: Total, count: Int) -> Total { total }

  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let tensor = try context.tensor(0)
    let plan = try ReductionPlan(context)
    let count = try context.checkOutput(Scalar.elementType, shape: plan.shape)
    var totals = [Scalar.Accumulator](
      repeating: initial(Scalar.Accumulator.self), count: count)
    tensor.withScalars(of: Scalar.self) { input in
      plan.gather(input, into: &totals) { $0 = add($0, $1.accumulator) }
    }
    return [
      Tensor(of: Scalar.self, shape: plan.shape) { output in
        for index in output.indices {
          output[index] = Scalar(result(totals[index], count: plan.count))
        }
      }
    ]
  }
}

private enum ReduceL1: Reduction {
  static func add<Total: NumericScalar>(_ total: Total, _ x: Total) -> Total {
    .sum(total, x < .zero ? .difference(.zero, x) : x)
  }
}

private enum ReduceL2: Reduction {
  static func add<Total: NumericScalar>(_ total: Total, _ x: Total) -> Total {
    .sum(total, .product(x, x))
  }
  static func result<Total: NumericScalar>(_ total: Total, count: Int) -> Total {
    Total(truncating: total.double.squareRoot())
  }
}

private enum ReduceLogSum: Reduction {
  static func result<Total: NumericScalar>(_ total: Total, count: Int) -> Total {
    Total(truncating: log(total.double))
  }
}

private enum ReduceMax: Reduction {
  static func initial<Total: NumericScalar>(_ type: Total.Type) -> Total { .lowest }
  static func add<Total: NumericScalar>(_ total: Total, _ x: Total) -> Total {
    x > total || x != x ? x : total
  }
}

private enum ReduceMin: Reduction {
  static func initial<Total: NumericScalar>(_ type: Total.Type) -> Total { .highest }
  static func add<Total: NumericScalar>(_ total: Total, _ x: Total) -> Total {
    x < total || x != x ? x : total
  }
}

/// The mean; of integers without its fraction, and of no integers zero.
private enum ReduceMean: Reduction {
  static func result<Total: NumericScalar>(_ total: Total, count: Int) -> Total {
    if count == 0 && Total.isInteger { return .zero }
    // A count that the type cannot hold is more elements than there is memory.
    return .quotient(total, Total(truncating: Double(count)))
  }
}

private enum ReduceProd: Reduction {
  static func initial<Total: NumericScalar>(_ type: Total.Type) -> Total { .one }
  static func add<Total: NumericScalar>(_ total: Total, _ x: Total) -> Total {
    .product(total, x)
  }
}

private enum ReduceSum: Reduction {}

private enum ReduceSumSquare: Reduction {
  static func add<Total: NumericScalar>(_ total: Total, _ x: Total) -> Total {
    .sum(total, .product(x, x))
  }
}

/// The logarithm of the sum of powers, taken relative to the greatest so that none overflows.
private enum ReduceLogSumExp: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let tensor = try context.tensor(0)
    let plan = try ReductionPlan(context)
    let count = try context.checkOutput(Scalar.elementType, shape: plan.shape)
    var totals = [(greatest: Double, sum: Double)](repeating: (-.infinity, 0), count: count)
    tensor.withScalars(of: Scalar.self) { input in
      plan.gather(input, into: &totals) { $0.greatest = max($0.greatest, $1.double) }
      for index in totals.indices where !totals[index].greatest.isFinite {
        totals[index].greatest = 0
      }
      plan.gather(input, into: &totals) { $0.sum += exp($1.double - $0.greatest) }
    }
    return [
      Tensor(of: Scalar.self, shape: plan.shape) { output in
        for index in output.indices {
          output[index] = Scalar(totals[index].greatest + log(totals[index].sum))
        }
      }
    ]
  }
}

// MARK: - Definitions

private let keepsAxes = AttributeKey<Bool>("keepdims", default: true)
private let keepsAllWithoutAxes = AttributeKey<Bool>("noop_with_empty_axes", default: false)

extension ReductionPlan {
  fileprivate init(_ context: borrowing KernelContext) throws(OperatorError) {
    let shape = try context.tensor(0).shape
    var axes = try context.optionalIntegers(1) ?? []
    if axes.isEmpty, try !context.value(of: keepsAllWithoutAxes) { axes = Array(shape.indices) }
    try self.init(shape, axes: axes, keepsAxes: try context.value(of: keepsAxes))
  }
}

extension OperatorDefinition {
  fileprivate static let logSumExp = reduction(
    "ReduceLogSumExp", versions: [1, 11, 13, 18, 28], types: .floats,
    evaluate: real(ReduceLogSumExp.self))

  fileprivate static func reduction<Kernel: Reduction>(
    _ name: String, _ kernel: Kernel.Type, versions: [Int] = [1, 11, 13, 18],
    types: ElementTypes = wideTypes, axesInputSince version: Int = 18,
    symbolic: SymbolicTensor.Combination? = nil
  ) -> OperatorDefinition {
    reduction(
      name, versions: versions, types: types, axesInputSince: version,
      symbolic: symbolic
    ) { context throws(OperatorError) in
      let tensor = try context.tensor(0)
      guard tensor.elementType == .bool else { return try numeric(Kernel.self)(context) }
      let numbers = context.replacingInput(0, with: tensor.converted(to: .uint8))
      return try Kernel.evaluate(numbers, in: UInt8.self).map { .tensor($0.converted(to: .bool)) }
    }
  }

  private static func reduction(
    _ name: String, versions: [Int], types: ElementTypes, axesInputSince version: Int = 18,
    symbolic: SymbolicTensor.Combination? = nil, evaluate: @escaping Kernel
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: versions,
        inputs: [.required("data", "T"), .optional("axes", "tensor(int64)")],
        outputs: [.required("reduced", "T")],
        attributes: [keepsAxes.declaration, keepsAllWithoutAxes.declaration],
        constraints: ["T": .tensors(types)]),
      upgrades: [.attributeToInput("axes", input: 1, at: version)],
      inferTypes: { context throws(OperatorError) in
        let type = context.elementType(0)
        guard let shape = try inferredShape(context) else { return [.tensor(type)] }
        var elements: SymbolicTensor?
        if let symbolic, shape.extents.flatMap(Tensor.elementCount) == 1,
          let known = context.elements(0),
          let first = known.elements.first
        {
          let total = known.elements.dropFirst().reduce(first, symbolic).holding(in: type)
          elements = SymbolicTensor(shape: shape.extents ?? [], elements: [total])
        }
        return [InferredValue(.tensor(type, shape), elements: elements)]
      },
      evaluate: evaluate)
  }

  private static func inferredShape(
    _ context: borrowing InferenceContext
  ) throws(OperatorError) -> Shape? {
    guard let shape = context.shape(0) else { return nil }
    var axes = context.hasInput(1) ? context.integers(1) : []
    let count = context.shape(1)?.extents?.first
    if axes == nil, count == 0 { axes = [] }
    if axes == nil, count == shape.rank { axes = Array(0..<shape.rank) }
    let keepsAxes = try context.value(of: Operators.keepsAxes)
    if axes == nil, !keepsAxes, let count, (0...shape.rank).contains(count) {
      return Shape([Dimension](repeating: .unknown, count: shape.rank - count))
    }
    if axes == [], try !context.value(of: keepsAllWithoutAxes) { axes = Array(0..<shape.rank) }
    return try reducedShape(of: shape, axes: axes, keepsAxes: keepsAxes)
  }
}
