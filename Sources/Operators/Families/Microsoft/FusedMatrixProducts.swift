import IR
import Tensors

extension OperatorFamily {
  /// Products of matrices with what lies before and behind them.
  static let fusedMatrixProducts = OperatorFamily(
    "fused matrix products", [.fusedGemm, .fusedMatMul, .transposeMatMul])
}

// MARK: - FusedGemm

/// A `Gemm` under an activation.
private enum FusedGemm: ComposedOperator {
  static let activation = OptionalAttributeKey<String>("activation")

  /// The activations with the attributes that they must have.
  private static let activations = [
    "Celu": ["alpha"], "Elu": ["alpha"], "HardSigmoid": ["alpha", "beta"],
    "LeakyRelu": ["alpha"], "Relu": [], "Selu": ["alpha", "gamma"], "Sigmoid": [], "Softplus": [],
    "Softsign": [], "Tanh": [], "ThresholdedRelu": ["alpha"],
  ]

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let product = try c(
      "Gemm", c.input(0), c.input(1), c.optionalInput(2),
      with: c.attributes(["alpha", "beta", "transA", "transB"]))
    guard let name = try c.value(of: activation), !name.isEmpty else { return [product] }
    guard let keys = activations[name] else {
      throw OperatorError(
        .invalidAttribute, "activation is \"\(name)\"",
        remedy: "use \(activations.keys.sorted().joined(separator: ", "))")
    }
    var attributes: Attributes = [:]
    for key in keys {
      attributes[key] = .float(try c.value(of: AttributeKey<Float>("activation_\(key)")))
    }
    return [try c(name, product, with: attributes)]
  }
}

// MARK: - FusedMatMul

/// `alpha · A · B` with the last axes of the factors exchanged where their attributes say so.
///
/// Before that, `transBatch…` moves the first axis of a factor of rank 3 or more in front of its
/// last: `[rows, batch…, columns]` becomes `[batch…, rows, columns]`.
private enum FusedMatMul: ComposedOperator {
  static let alpha = AttributeKey<Float>("alpha", default: 1)
  static let transA = AttributeKey<Bool>("transA", default: false)
  static let transB = AttributeKey<Bool>("transB", default: false)
  static let transBatchA = AttributeKey<Bool>("transBatchA", default: false)
  static let transBatchB = AttributeKey<Bool>("transBatchB", default: false)

  static func compose<C: Composer>(_ c: C) throws(OperatorError) -> [C.Value] {
    let left = try factor(c, 0, exchanges: transA, movesBatch: transBatchA)
    let right = try factor(c, 1, exchanges: transB, movesBatch: transBatchB)
    guard let left, let right else { return [] }
    let product = try c("MatMul", left, right)
    let alpha = try c.value(of: alpha)
    return [alpha == 1 ? product : try c("Mul", product, c.number(alpha, like: product))]
  }

  private static func factor<C: Composer>(
    _ c: C, _ index: Int, exchanges: AttributeKey<Bool>, movesBatch: AttributeKey<Bool>
  ) throws(OperatorError) -> C.Value? {
    let value = try c.input(index)
    let (exchanges, movesBatch) = (try c.value(of: exchanges), try c.value(of: movesBatch))
    guard exchanges || movesBatch else { return value }
    guard let rank = c.shape(of: value)?.rank else { return nil }
    // A vector has no axes to exchange.
    guard rank >= 2 else { return value }
    var axes = Array(0..<rank)
    if movesBatch && rank >= 3 { axes = Array(1..<(rank - 1)) + [0, rank - 1] }
    if exchanges { axes.swapAt(rank - 2, rank - 1) }
    return try c.transposed(value, axes)
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  fileprivate static let fusedGemm = OperatorDefinition(
    OperatorSchema(
      "FusedGemm", domain: microsoft, versions: [1],
      inputs: [.required("A", "T"), .required("B", "T"), .optional("C", "T")],
      outputs: [.required("Y", "T")],
      attributes: [
        FusedGemm.activation.declaration,
        OptionalAttributeKey<Float>("activation_alpha").declaration,
        OptionalAttributeKey<Float>("activation_beta").declaration,
        OptionalAttributeKey<Float>("activation_gamma").declaration,
        AttributeKey<Float>("alpha", default: 1).declaration,
        AttributeKey<Float>("beta", default: 1).declaration, FusedMatMul.transA.declaration,
        FusedMatMul.transB.declaration,
      ],
      constraints: [
        "T": .tensors([.ieeeFloats, .indices, ElementTypes([.uint32, .uint64])])
      ]),
    composedAs: FusedGemm.self)

  fileprivate static let fusedMatMul = scaledProduct(
    "FusedMatMul",
    [FusedMatMul.transBatchA.declaration, FusedMatMul.transBatchB.declaration])

  /// The older name of ``fusedMatMul``.
  fileprivate static let transposeMatMul = scaledProduct("TransposeMatMul", [])

  private static func scaledProduct(
    _ name: String, _ attributes: [AttributeDeclaration]
  ) -> OperatorDefinition {
    OperatorDefinition(
      OperatorSchema(
        name, domain: microsoft, versions: [1],
        inputs: [.required("A", "T"), .required("B", "T")], outputs: [.required("Y", "T")],
        attributes: [
          FusedMatMul.alpha.declaration, FusedMatMul.transA.declaration,
          FusedMatMul.transB.declaration,
        ] + attributes,
        constraints: ["T": .tensors(.floats)]),
      composedAs: FusedMatMul.self)
  }
}
