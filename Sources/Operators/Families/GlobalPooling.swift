import IR
import Tensors

extension OperatorFamily {
  /// Operators that summarize each plane of a tensor in one number.
  static let globalPooling = OperatorFamily(
    "global pooling", [.globalAveragePool, .globalLpPool, .globalMaxPool])
}

/// Returns the tensor of one number for each plane that `summarize` computes.
@inline(__always)
private func pooled<Scalar: RealScalar>(
  _ context: borrowing KernelContext, _ scalar: Scalar.Type,
  _ summarize: (UnsafePointer<Scalar>, Int) -> Scalar
) throws(OperatorError) -> Tensor {
  let input = try context.tensor(0)
  try check(rank: input.rank)
  let shape = input.shape[..<2] + input.shape[2...].map { _ in 1 }
  let planes = try context.checkOutput(Scalar.elementType, shape: Array(shape))
  let count = product(input.shape[2...])
  return Tensor(of: Scalar.self, shape: Array(shape)) { result in
    input.withScalars(of: Scalar.self) { source in
      guard let start = source.baseAddress else { return result.update(repeating: 0) }
      for plane in 0..<planes { result[plane] = summarize(start + plane * count, count) }
    }
  }
}

private func check(rank: Int) throws(OperatorError) {
  guard rank >= 2 else {
    throw OperatorError(
      .incompatibleShapes,
      "the input has rank \(rank); a batch and a channel axis are the least")
  }
}

/// Batch and channels stay, all other extents become 1.
private let planesBecomeOne: OperatorDefinition.TypeRule = { context throws(OperatorError) in
  guard let shape = context.shape(0) else { return [.tensor(context.elementType(0))] }
  try check(rank: shape.rank)
  let ones = [Dimension](repeating: 1, count: shape.rank - 2)
  return [.tensor(context.elementType(0), Shape(shape.dimensions[..<2] + ones))]
}

private enum GlobalAveragePool: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    [try pooled(context, scalar) { Scalar(total($0, count: $1) { $0.double } / Double($1)) }]
  }
}

private enum GlobalMaxPool: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let maximum = try pooled(context, scalar) { plane, count in
      var maximum = -Scalar.infinity
      for index in 0..<count where plane[index] > maximum || plane[index].isNaN {
        maximum = plane[index]
      }
      return maximum
    }
    return [maximum]
  }
}

private enum GlobalLpPool: RealKernel {
  static let order = AttributeKey<Int>("p", default: 2)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let norm = try PowerNorm<Scalar>(order: try context.value(of: order))
    let output = try pooled(context, scalar) { plane, count in
      var sum: Scalar = 0
      for index in 0..<count { sum += norm.power(plane[index]) }
      return norm.root(sum)
    }
    return [output]
  }
}

extension OperatorDefinition {
  /// The average of each plane.
  fileprivate static let globalAveragePool = pooling(
    "GlobalAveragePool", versions: [1, 22], evaluate: real(GlobalAveragePool.self))

  /// The p-norm of each plane.
  fileprivate static let globalLpPool = pooling(
    "GlobalLpPool", versions: [1, 2, 22], attributes: [GlobalLpPool.order.declaration],
    upgrades: [.normOrderToInteger], evaluate: real(GlobalLpPool.self))

  /// The maximum of each plane.
  fileprivate static let globalMaxPool = pooling(
    "GlobalMaxPool", versions: [1, 22], evaluate: real(GlobalMaxPool.self))

  private static func pooling(
    _ name: String, versions: [Int], attributes: [AttributeDeclaration] = [],
    upgrades: [OperatorUpgrade] = [], evaluate: @escaping Kernel
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, versions: versions, inputs: [.required("X", "T")],
        outputs: [.required("Y", "T")], attributes: attributes,
        constraints: ["T": .tensors(.floats)]),
      upgrades: upgrades, inferTypes: planesBecomeOne, evaluate: evaluate)
  }
}
