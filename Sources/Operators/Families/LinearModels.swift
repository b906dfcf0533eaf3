import IR
import Tensors

extension OperatorFamily {
  /// Models whose scores are sums of weighted features.
  static let linearModels = OperatorFamily("linear models", [.linearClassifier, .linearRegressor])
}

private let interceptsKey = OptionalAttributeKey<[Float]>("intercepts")

/// Returns the sums of weighted features and intercepts for the rows of the first input.
private func weightedScores(
  _ context: borrowing KernelContext, coefficients: [Float], intercepts: [Float], columns: Int
) throws(OperatorError) -> ScoreTable {
  let features = try FeatureMatrix(try context.tensor(0))
  try context.checkOutput(.float64, shape: [features.rows, columns])
  var scores = try features.weightedSums(coefficients.map(Double.init), columns: columns)
  scores.add(intercepts.map(Double.init))
  return scores
}

private enum LinearRegressor {
  static let coefficients = OptionalAttributeKey<[Float]>("coefficients")
  static let targets = AttributeKey<Int>("targets", default: 1)

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let targets = try targets(context.node.attributes)
    let intercepts = try context.value(of: interceptsKey) ?? []
    guard intercepts.isEmpty || intercepts.count == targets else {
      throw OperatorError(
        .invalidAttribute, "there are \(intercepts.count) intercepts for \(targets) targets")
    }
    let coefficients = try context.value(of: coefficients) ?? []
    let transform = try ScoreTransform(context.node.attributes)
    let scores = try weightedScores(
      context, coefficients: coefficients, intercepts: intercepts, columns: targets)
    let type = context.resultType(for: .float32)
    return [.tensor(scores.transformed(by: transform).tensor(of: type))]
  }

  static func targets(_ attributes: Attributes) throws(OperatorError) -> Int {
    let count = try attributes.value(of: targets)
    guard count > 0 else { throw OperatorError(.invalidAttribute, "targets is \(count)") }
    return count
  }
}

private enum LinearClassifier {
  static let coefficients = AttributeKey<[Float]>("coefficients")
  static let multiClass = AttributeKey<Int>("multi_class", default: 0)
  static let integers = OptionalAttributeKey<[Int]>("classlabels_ints")
  static let strings = OptionalAttributeKey<[ByteString]>("classlabels_strings")

  static func labels(_ attributes: Attributes) throws(OperatorError) -> ClassLabels {
    try ClassLabels(attributes, integers: integers, strings: strings)
  }

  /// Two classes may share one sum: the score of the second one.
  ///
  /// The specification leaves open what its complement is; it is 1 less the score, as in ONNX
  /// Runtime, or what the logistic function makes of the negative.
  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let labels = try labels(context.node.attributes)
    let coefficients = try context.value(of: coefficients)
    let intercepts = try context.value(of: interceptsKey) ?? []
    let transform = try ScoreTransform(context.node.attributes)
    var columns = intercepts.count
    if intercepts.isEmpty {
      let width = try context.tensor(0).shape.last ?? 0
      columns = coefficients.count == width ? 1 : labels.count
    }
    guard columns == labels.count || (columns == 1 && labels.count == 2) else {
      throw OperatorError(
        .invalidAttribute, "there are \(columns) intercepts for \(labels.count) classes")
    }
    let scores = try weightedScores(
      context, coefficients: coefficients, intercepts: intercepts, columns: columns)
    let isSingle = columns == 1
    let classes: [Int?] =
      isSingle
      ? scores.values.map { $0 > 0 ? labels.count - 1 : labels.count == 2 ? 0 : nil }
      : scores.greatest
    let table =
      isSingle && labels.count == 2
      ? scores.paired(by: transform) { 1 - $0 } : scores.transformed(by: transform)
    return [
      .tensor(labels.tensor(ofClasses: classes)),
      .tensor(table.tensor(of: context.resultType(for: .float32))),
    ]
  }
}

extension OperatorDefinition {
  /// Returns one sum of weighted features for each target.
  fileprivate static let linearRegressor = OperatorDefinition(
    OperatorSchema(
      "LinearRegressor", domain: "ai.onnx.ml", versions: [1], inputs: [.required("X", "T")],
      outputs: [.required("Y", "tensor(float)")],
      attributes: [
        LinearRegressor.coefficients.declaration, interceptsKey.declaration,
        ScoreTransform.key.declaration, LinearRegressor.targets.declaration,
      ], constraints: ["T": .tensors([.float32, .float64, .indices])]),
    inferTypes: { context throws(OperatorError) in
      let targets = try LinearRegressor.targets(context.node.attributes)
      return [.tensor(.float32, [try context.featureRows(0), .fixed(targets)])]
    },
    evaluate: { context throws(OperatorError) in try LinearRegressor.evaluate(context) })

  /// Returns the class with the greatest sum of weighted features, and the scores of all.
  fileprivate static let linearClassifier = OperatorDefinition(
    OperatorSchema(
      "LinearClassifier", domain: "ai.onnx.ml", versions: [1], inputs: [.required("X", "T1")],
      outputs: [.required("Y", "T2"), .required("Z", "tensor(float)")],
      attributes: [
        LinearClassifier.integers.declaration, LinearClassifier.strings.declaration,
        LinearClassifier.coefficients.declaration, interceptsKey.declaration,
        LinearClassifier.multiClass.declaration, ScoreTransform.key.declaration,
      ],
      constraints: [
        "T1": .tensors([.float32, .float64, .indices]), "T2": .tensors([.int64, .string]),
      ]),
    inferTypes: { context throws(OperatorError) in
      let labels = try LinearClassifier.labels(context.node.attributes)
      let rows = try context.featureRows(0)
      return [
        .tensor(labels.elementType, [rows]), .tensor(.float32, [rows, .fixed(labels.count)]),
      ]
    },
    evaluate: { context throws(OperatorError) in try LinearClassifier.evaluate(context) })
}
