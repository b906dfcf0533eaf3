import IR
import Tensors

extension OperatorFamily {
  /// Operators that normalize the last axes of a tensor.
  static let layerNormalization = OperatorFamily(
    "layer normalization", [.layerNormalization, .rmsNormalization])
}

private let axisKey = AttributeKey<Int>("axis", default: -1)
private let epsilonKey = AttributeKey<Float>("epsilon", default: 1e-5)
private let stashTypeKey = AttributeKey<Int>("stash_type", default: 1)

/// A tensor as rows: everything from one axis on is one row.
private struct Rows {
  let shape: [Int]
  let axis: Int
  let count: Int
  let width: Int

  init(_ context: borrowing KernelContext) throws(OperatorError) {
    shape = try context.tensor(0).shape
    axis = try normalizedAxis(try context.value(of: axisKey), rank: shape.count)
    count = product(shape[..<axis])
    width = product(shape[axis...])
  }

  /// The shape of what is computed for each row.
  var statisticsShape: [Int] { shape[..<axis] + shape[axis...].map { _ in 1 } }
}

/// Checks that a parameter broadcasts to the input, as far as that is known.
private func check(_ parameter: Shape?, _ name: String, input: Shape) throws(OperatorError) {
  guard let parameter else { return }
  let fits =
    parameter.rank <= input.rank
    && zip(parameter.dimensions.reversed(), input.dimensions.reversed()).allSatisfy { own, other in
      guard let own = own.fixedValue, let other = other.fixedValue else { return true }
      return own == 1 || own == other
    }
  guard fits else {
    throw OperatorError(
      .incompatibleShapes, "\(name) of the shape \(parameter) does not broadcast to \(input)")
  }
}

/// Combines every element of `result` with the one of `parameter` that broadcasts to it.
@inline(__always)
private func apply<Scalar: RealScalar>(
  _ parameter: Tensor, to result: UnsafeMutableBufferPointer<Scalar>, of shape: [Int],
  _ combine: (Scalar, Scalar) -> Scalar
) {
  let walk = BroadcastWalk(shape: shape, operands: [parameter.shape])
  let step = walk.strides[0].last ?? 0
  parameter.withScalars(of: Scalar.self) { values in
    walk.forEachRun { start, offsets, count in
      for index in 0..<count {
        result[start + index] = combine(result[start + index], values[offsets[0] + index * step])
      }
    }
  }
}

// MARK: - LayerNormalization

private enum LayerNormalization: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (input, scale) = (try context.tensor(0), try context.tensor(1))
    let bias = try context.optionalTensor(2)
    let rows = try Rows(context)
    try check(Shape(scale.shape), "Scale", input: Shape(rows.shape))
    try check(bias.map { Shape($0.shape) }, "B", input: Shape(rows.shape))
    try context.checkOutput(Scalar.elementType, shape: rows.shape)
    try context.checkOutput(Scalar.elementType, shape: rows.statisticsShape)
    let epsilon = Double(try context.value(of: epsilonKey))
    var means = [Scalar](repeating: .nan, count: rows.count)
    var factors = means
    let output = Tensor(of: Scalar.self, shape: rows.shape) { result in
      input.withScalars(of: Scalar.self) { source in
        guard !result.isEmpty, let source = source.baseAddress,
          let target = result.baseAddress
        else { return }
        for row in 0..<rows.count {
          let moments = Moments(of: source + row * rows.width, count: rows.width)
          means[row] = Scalar(moments.mean)
          factors[row] = Scalar(1 / (moments.variance + epsilon).squareRoot())
          standardize(
            source + row * rows.width, count: rows.width, mean: means[row],
            factor: factors[row], into: target + row * rows.width)
        }
      }
      apply(scale, to: result, of: rows.shape) { $0 * $1 }
      if let bias { apply(bias, to: result, of: rows.shape) { $0 + $1 } }
    }
    let statistics = [means, factors].map {
      Tensor(shape: rows.statisticsShape, scalars: $0)
    }
    return [output] + statistics
  }

  /// The type of the statistics, which the attribute names by its number in ONNX.
  static func statisticsType(_ number: Int) throws(OperatorError) -> ElementType {
    guard let raw = UInt8(exactly: number), let type = ElementType(rawValue: raw),
      ElementTypes.floats.contains(type)
    else {
      throw OperatorError(
        .invalidAttribute, "stash_type is \(number)", remedy: "use 1 for float32 or 16 for bfloat16"
      )
    }
    return type
  }
}

// MARK: - RMSNormalization

private enum RMSNormalization: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (input, scale) = (try context.tensor(0), try context.tensor(1))
    let rows = try Rows(context)
    try check(Shape(scale.shape), "scale", input: Shape(rows.shape))
    try context.checkOutput(Scalar.elementType, shape: rows.shape)
    let epsilon = Double(try context.value(of: epsilonKey))
    let output = Tensor(of: Scalar.self, shape: rows.shape) { result in
      input.withScalars(of: Scalar.self) { source in
        guard !result.isEmpty, let source = source.baseAddress,
          let target = result.baseAddress
        else { return }
        for row in 0..<rows.count {
          let start = row * rows.width
          let squares = total(source + start, count: rows.width) { $0.double * $0.double }
          let mean = squares / Double(rows.width)
          standardize(
            source + start, count: rows.width, mean: 0,
            factor: Scalar(1 / (mean + epsilon).squareRoot()), into: target + start)
        }
      }
      apply(scale, to: result, of: rows.shape) { $0 * $1 }
    }
    return [output]
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  /// Shifts and scales the last axes to mean 0 and variance 1, then by parameters.
  ///
  /// The first stage is never computed in fewer bits than `stash_type` asks for.
  fileprivate static let layerNormalization = OperatorDefinition(
    OperatorSchema(
      "LayerNormalization", versions: [17],
      inputs: [.required("X", "T"), .required("Scale", "T"), .optional("B", "T")],
      outputs: [.required("Y", "T"), .optional("Mean", "U"), .optional("InvStdDev", "U")],
      attributes: [axisKey.declaration, epsilonKey.declaration, stashTypeKey.declaration],
      constraints: ["T": .tensors(.floats), "U": .tensors([.float32, .bfloat16])]),
    inferTypes: { context throws(OperatorError) in
      let type = try LayerNormalization.statisticsType(try context.value(of: stashTypeKey))
      guard let shape = context.shape(0) else {
        let statistics = InferredValue.tensor(type)
        return Array(
          [InferredValue(context.type(0)), statistics, statistics].prefix(context.outputCount))
      }
      let axis = try normalizedAxis(try context.value(of: axisKey), rank: shape.rank)
      try check(context.shape(1), "Scale", input: shape)
      try check(context.shape(2), "B", input: shape)
      let ones = [Dimension](repeating: 1, count: shape.rank - axis)
      let statistics = InferredValue.tensor(type, Shape(shape.dimensions[..<axis] + ones))
      return Array(
        [InferredValue(context.type(0)), statistics, statistics].prefix(context.outputCount))
    },
    evaluate: real(LayerNormalization.self) { context throws(OperatorError) in
      let number = try context.value(of: stashTypeKey)
      let statistics = context.resultType(for: try LayerNormalization.statisticsType(number))
      return [try context.tensor(0).elementType, statistics, statistics]
    })

  /// Divides the last axes by the root of their mean square, then scales them.
  fileprivate static let rmsNormalization = OperatorDefinition(
    OperatorSchema(
      "RMSNormalization", versions: [23],
      inputs: [.required("X", "T"), .required("scale", "V")], outputs: [.required("Y", "V")],
      attributes: [axisKey.declaration, epsilonKey.declaration, stashTypeKey.declaration],
      constraints: ["T": .tensors(.floats), "V": .tensors(.floats)]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(1)
      guard let shape = context.shape(0) else { return [.tensor(type)] }
      _ = try normalizedAxis(try context.value(of: axisKey), rank: shape.rank)
      try check(context.shape(1), "scale", input: shape)
      return [.tensor(type, shape)]
    },
    evaluate: real(RMSNormalization.self) { context throws(OperatorError) in
      [try context.tensor(1).elementType]
    })
}
