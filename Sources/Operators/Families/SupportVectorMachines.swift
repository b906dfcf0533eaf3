import IR
import Tensors

extension OperatorFamily {
  /// Support vector machines, as LIBSVM trains them.
  static let supportVectorMachines = OperatorFamily(
    "support vector machines", [.svmClassifier, .svmRegressor])
}

/// Returns the weighted sums that stand in for comparisons where there are no support vectors.
private func linearScores(
  _ features: FeatureMatrix, columns: Int, _ attributes: Attributes
) throws(OperatorError) -> ScoreTable {
  let coefficients = try SupportVectors.numbers(SupportVectors.coefficientsKey, attributes)
  var scores = try features.weightedSums(coefficients, columns: columns)
  let rho = try SupportVectors.numbers(SupportVectors.rhoKey, attributes).first ?? 0
  scores.add([Double](repeating: rho, count: columns))
  return scores
}

// MARK: - SVMRegressor

private enum SVMRegressor {
  static let supportCount = AttributeKey<Int>("n_supports", default: 0)
  static let isOneClass = AttributeKey<Bool>("one_class", default: false)

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let attributes = context.node.attributes
    let features = try FeatureMatrix(try context.tensor(0))
    let count = try context.value(of: supportCount)
    try context.checkOutput(.float64, shape: [features.rows, 1])
    var scores =
      count > 0
      ? try supportedScores(features, count, attributes)
      : try linearScores(features, columns: 1, attributes)
    if try context.value(of: isOneClass) {
      scores.values = scores.values.map { $0 > 0 ? 1 : -1 }
    } else {
      scores = scores.transformed(by: try ScoreTransform(attributes))
    }
    return [.tensor(scores.tensor(of: context.resultType(for: .float32)))]
  }

  private static func supportedScores(
    _ features: FeatureMatrix, _ count: Int, _ attributes: Attributes
  ) throws(OperatorError) -> ScoreTable {
    let vectors = try SupportVectors(attributes, count: count)
    try vectors.check(features)
    let coefficients = try SupportVectors.numbers(SupportVectors.coefficientsKey, attributes)
    try checkCounts(
      ("n_supports", count), [(SupportVectors.coefficientsKey.name, coefficients.count)])
    let rho = try SupportVectors.numbers(SupportVectors.rhoKey, attributes).first ?? 0
    var comparisons = [Double](repeating: 0, count: count)
    var values: [Double] = []
    features.forEachRow { _, row in
      vectors.compare(row, into: &comparisons)
      values.append(zip(coefficients, comparisons).reduce(0) { $0 + $1.0 * $1.1 } + rho)
    }
    return ScoreTable(rows: features.rows, columns: 1, values: values)
  }
}

extension OperatorDefinition {
  /// Returns a weighted sum of comparisons with support vectors, or on which side of a class it is.
  fileprivate static let svmRegressor = OperatorDefinition(
    OperatorSchema(
      "SVMRegressor", domain: "ai.onnx.ml", versions: [1], inputs: [.required("X", "T")],
      outputs: [.required("Y", "tensor(float)")],
      attributes: [
        SupportVectors.coefficientsKey.declaration, SupportVectors.parametersKey.declaration,
        SupportVectors.typeKey.declaration, SVMRegressor.supportCount.declaration,
        SVMRegressor.isOneClass.declaration, ScoreTransform.key.declaration,
        SupportVectors.rhoKey.declaration,
        SupportVectors.vectorsKey.declaration,
      ], constraints: ["T": .tensors([.float32, .float64, .indices])]),
    inferTypes: { context throws(OperatorError) in
      [.tensor(.float32, [try context.featureRows(0), 1])]
    },
    evaluate: { context throws(OperatorError) in try SVMRegressor.evaluate(context) })
}

// MARK: - SVMClassifier

private enum SVMClassifier {
  static let integers = OptionalAttributeKey<[Int]>("classlabels_ints")
  static let strings = OptionalAttributeKey<[ByteString]>("classlabels_strings")

  static func labels(_ attributes: Attributes) throws(OperatorError) -> ClassLabels {
    try ClassLabels(attributes, integers: integers, strings: strings)
  }

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let attributes = context.node.attributes
    let labels = try labels(attributes)
    let features = try FeatureMatrix(try context.tensor(0))
    let transform = try ScoreTransform(attributes)
    let type = context.resultType(for: .float32)
    guard let machine = try PairwiseMachine(attributes, classCount: labels.count) else {
      try context.checkOutput(.float64, shape: [features.rows, labels.count])
      let scores = try linearScores(features, columns: labels.count, attributes)
      return [
        .tensor(labels.tensor(ofClasses: scores.greatest)),
        .tensor(scores.transformed(by: transform).tensor(of: type)),
      ]
    }
    try context.checkOutput(.float64, shape: [features.rows, machine.pairCount])
    let (classes, scores) = try machine.evaluate(features)
    // One score of two classes is that of the second one; its complement is as in ONNX Runtime.
    let table =
      scores.columns == 1
      ? scores.paired(by: transform) { transform == .none ? -$0 : 1 - $0 }
      : scores.transformed(by: transform)
    return [.tensor(labels.tensor(ofClasses: classes)), .tensor(table.tensor(of: type))]
  }

  /// The number of columns of scores: a class each, or without probabilities a pair of classes.
  static func columnCount(_ attributes: Attributes) throws(OperatorError) -> Dimension {
    let count = try labels(attributes).count
    let hasVectors =
      try attributes.value(of: PairwiseMachine.vectorCountsKey)?.contains { $0 != 0 } ?? false
    let hasProbabilities = try attributes.value(of: PairwiseMachine.factorsKey)?.isEmpty == false
    guard hasVectors, !hasProbabilities, count > 2 else { return .fixed(count) }
    return (Dimension.fixed(count) * .fixed(count - 1)).floorDivided(by: 2)
  }
}

extension OperatorDefinition {
  /// Returns the class that most decisions between two classes are for, and scores.
  fileprivate static let svmClassifier = OperatorDefinition(
    OperatorSchema(
      "SVMClassifier", domain: "ai.onnx.ml", versions: [1], inputs: [.required("X", "T1")],
      outputs: [.required("Y", "T2"), .required("Z", "tensor(float)")],
      attributes: [
        SVMClassifier.integers.declaration, SVMClassifier.strings.declaration,
        SupportVectors.coefficientsKey.declaration, SupportVectors.parametersKey.declaration,
        SupportVectors.typeKey.declaration, ScoreTransform.key.declaration,
        PairwiseMachine.factorsKey.declaration,
        PairwiseMachine.offsetsKey.declaration, SupportVectors.rhoKey.declaration,
        SupportVectors.vectorsKey.declaration, PairwiseMachine.vectorCountsKey.declaration,
      ],
      constraints: [
        "T1": .tensors([.float32, .float64, .indices]), "T2": .tensors([.int64, .string]),
      ]),
    inferTypes: { context throws(OperatorError) in
      let labels = try SVMClassifier.labels(context.node.attributes)
      let rows = try context.featureRows(0)
      let columns = try SVMClassifier.columnCount(context.node.attributes)
      return [.tensor(labels.elementType, [rows]), .tensor(.float32, [rows, columns])]
    },
    evaluate: { context throws(OperatorError) in try SVMClassifier.evaluate(context) })
}
