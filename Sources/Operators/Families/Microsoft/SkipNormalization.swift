import IR
import Tensors

extension OperatorFamily {
  /// Normalizations of the last axes, also of sums.
  ///
  /// ONNX Runtime has some of them in the default domain, where models name them with none.
  static let skipNormalization = OperatorFamily(
    "skip normalization",
    [
      .layerNormalization, .simplifiedLayerNormalization(domain: ""),
      .simplifiedLayerNormalization(domain: microsoft), .skipLayerNormalization,
      .skipSimplifiedLayerNormalization,
    ])
}

private let axisKey = AttributeKey<Int>("axis", default: -1)
private let stashTypeKey = AttributeKey<Int>("stash_type", default: 1)

/// `LayerNormalization` of the default domain.
private enum LayerNormalization: ComposedOperator {
  static let wideOutputs: Set = [1, 2]
  static let epsilon = AttributeKey<Float>("epsilon", default: 1e-5)

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    try c.outputs(
      of: "LayerNormalization", [c.input(0), c.input(1), c.optionalInput(2)],
      c.attributes(["axis", "epsilon", "stash_type"]), count: 3)
  }
}

/// Division of the last axes by the root of their mean square, and what they are multiplied by.
private enum SimplifiedLayerNormalization: ComposedOperator {
  static let wideOutputs: Set = [1]

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let (input, axis) = (try c.input(0), try c.value(of: axisKey))
    let epsilon = try c.value(of: LayerNormalization.epsilon)
    let result = try c(
      "RMSNormalization", input, c.input(1),
      with: ["axis": .int(Int64(axis)), "epsilon": .float(epsilon)])
    guard c.wantsOutput(1), let rank = c.shape(of: input)?.rank else { return [result] }
    let first = try normalizedAxis(axis, rank: rank)
    return [result, try c.inverseRootMeanSquare(of: input, Array(first..<rank), epsilon)]
  }
}

/// The sum of up to three operands, normalized along its last axis.
private enum SkipLayerNormalization: ComposedOperator {
  static let wideOutputs: Set = [1, 2]
  static let epsilon = AttributeKey<Float>("epsilon", default: 1e-12)

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let (sum, epsilon) = (try c.skipSum(bias: 4), try c.value(of: epsilon))
    let outputs = try c.outputs(
      of: "LayerNormalization", [sum, c.input(2), c.optionalInput(3)],
      ["epsilon": .float(epsilon)], count: 3)
    return outputs + [sum]
  }
}

/// The same without a mean; the second output, which this leaves open, is filled with zeros.
private enum SkipSimplifiedLayerNormalization: ComposedOperator {
  static let wideOutputs: Set = [1, 2]

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let sum = try c.skipSum(bias: 3)
    let epsilon = try c.value(of: SkipLayerNormalization.epsilon)
    let result = try c(
      "RMSNormalization", sum, c.input(2), with: ["epsilon": .float(epsilon)])
    guard let rank = c.shape(of: sum)?.rank else { return [result] }
    let factor = try c.inverseRootMeanSquare(of: sum, [rank - 1], epsilon)
    return [result, try c("Sub", factor, factor), factor, sum]
  }
}

extension Composer {
  /// Returns the sum of the first two inputs and, if it is given, of a vector.
  fileprivate func skipSum(bias index: Int) throws(OperatorError) -> Value {
    let (input, skip) = (try input(0), try input(1))
    if let own = shape(of: input)?.rank, let other = shape(of: skip)?.rank, other > own {
      throw OperatorError(
        .incompatibleShapes, "skip of rank \(other) does not broadcast to an input of rank \(own)")
    }
    let sum = try self("Add", input, skip)
    guard let bias = try optionalInput(index) else { return sum }
    return try self("Add", sum, bias)
  }

  /// Returns `1 / √(mean of squares + epsilon)` along some axes, which stay with extent 1.
  fileprivate func inverseRootMeanSquare(
    of value: Value, _ axes: [Int], _ epsilon: Float
  ) throws(OperatorError) -> Value {
    let mean = try self("ReduceMean", self("Mul", value, value), integers(axes))
    return try self("Reciprocal", self("Sqrt", self("Add", mean, number(epsilon, like: mean))))
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  fileprivate static let layerNormalization = OperatorDefinition(
    OperatorSchema(
      "LayerNormalization", domain: microsoft, versions: [1],
      inputs: [.required("X", "T"), .required("Scale", "T"), .optional("B", "T")],
      outputs: [.required("Y", "T"), .optional("Mean", "U"), .optional("InvStdDev", "U")],
      attributes: [
        axisKey.declaration, LayerNormalization.epsilon.declaration, stashTypeKey.declaration,
      ],
      constraints: ["T": .tensors(.floats), "U": .tensors(.float32)]),
    composedAs: LayerNormalization.self)

  fileprivate static func simplifiedLayerNormalization(domain: String) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        "SimplifiedLayerNormalization", domain: domain, versions: [1],
        inputs: [.required("X", "T"), .required("scale", "V")],
        outputs: [.required("Y", "V"), .optional("inv_std_var", "U")],
        attributes: [
          axisKey.declaration, LayerNormalization.epsilon.declaration, stashTypeKey.declaration,
        ],
        constraints: [
          "T": .tensors(.floats), "U": .tensors([.float32, .float64]), "V": .tensors(.floats),
        ]),
      composedAs: SimplifiedLayerNormalization.self)
  }

  private static let skipOutputs: [Parameter] = [
    .required("output", "T"), .optional("mean", "U"), .optional("inv_std_var", "U"),
    .optional("input_skip_bias_sum", "T"),
  ]

  private static let skipConstraints: [String: TypeConstraint] = [
    "T": .tensors([.singleOrHalf, .bfloat16]), "U": .tensors(.float32),
  ]

  fileprivate static let skipLayerNormalization = OperatorDefinition(
    OperatorSchema(
      "SkipLayerNormalization", domain: microsoft, versions: [1],
      inputs: [
        .required("input", "T"), .required("skip", "T"), .required("gamma", "T"),
        .optional("beta", "T"), .optional("bias", "T"),
      ],
      outputs: skipOutputs, attributes: [SkipLayerNormalization.epsilon.declaration],
      constraints: skipConstraints),
    composedAs: SkipLayerNormalization.self)

  fileprivate static let skipSimplifiedLayerNormalization = OperatorDefinition(
    OperatorSchema(
      "SkipSimplifiedLayerNormalization", domain: microsoft, versions: [1],
      inputs: [
        .required("input", "T"), .required("skip", "T"), .required("gamma", "T"),
        .optional("bias", "T"),
      ],
      outputs: skipOutputs, attributes: [SkipLayerNormalization.epsilon.declaration],
      constraints: skipConstraints),
    composedAs: SkipSimplifiedLayerNormalization.self)
}
