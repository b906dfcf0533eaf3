import IR
import Tensors

extension OperatorFamily {
  /// Ensembles of decision trees.
  static let treeEnsembles = OperatorFamily(
    "tree ensembles", [.treeEnsemble, .treeEnsembleClassifier, .treeEnsembleRegressor])
}

extension Forest {
  /// Returns the scores of the rows of the first input.
  fileprivate func scores(
    _ context: borrowing KernelContext, targetCount: Int, by aggregation: Aggregation
  ) throws(OperatorError) -> ScoreTable {
    let features = try FeatureMatrix(try context.tensor(0))
    try context.checkOutput(.float64, shape: [features.rows, targetCount])
    return try scores(of: features, targetCount: targetCount, by: aggregation)
  }
}

// MARK: - TreeEnsemble

private enum TreeEnsemble {
  static let aggregation = AttributeKey<Int>("aggregate_function", default: 1)
  static let transform = AttributeKey<Int>("post_transform", default: 0)

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let count = try targetCount(context.node.attributes, targets: Forest.Key.targets.name)
    let forest = try Forest(context.node.attributes, targetCount: count)
    let aggregation = try Forest.Aggregation(
      number: try context.value(of: aggregation), of: aggregation.name)
    let transform = try ScoreTransform(
      number: try context.value(of: transform), of: transform.name)
    let scores = try forest.scores(context, targetCount: count, by: aggregation)
    let type = try context.tensor(0).elementType
    return [.tensor(scores.transformed(by: transform).tensor(of: context.resultType(for: type)))]
  }
}

/// Returns the number of targets; where none is given, as many as there are votes for.
private func targetCount(
  _ attributes: Attributes, targets name: String
) throws(OperatorError) -> Int {
  let key = OptionalAttributeKey<Int>("n_targets")
  if let count = try attributes.value(of: key) {
    guard count > 0 else { throw OperatorError(.invalidAttribute, "n_targets is \(count)") }
    return count
  }
  let greatest = try attributes.value(of: OptionalAttributeKey<[Int]>(name))?.max() ?? 0
  guard (0..<Int.max).contains(greatest) else {
    throw OperatorError(.invalidAttribute, "\(name) has \(greatest)")
  }
  return greatest + 1
}

extension OperatorDefinition {
  /// Sums, for each target, what the leaves that a row of features ends at vote.
  fileprivate static let treeEnsemble = OperatorDefinition(
    OperatorSchema(
      "TreeEnsemble", domain: "ai.onnx.ml", versions: [5], inputs: [.required("X", "T")],
      outputs: [.required("Y", "T")],
      attributes: [
        TreeEnsemble.aggregation.declaration, Forest.Key.targets.declaration,
        Forest.Key.weights.declaration, Forest.Key.members.declaration,
        AttributeDeclaration("n_targets", .int), Forest.Key.falseLeaves.declaration,
        Forest.Key.whenFalse.declaration, Forest.Key.features.declaration,
        AttributeDeclaration("nodes_hitrates", .tensor), Forest.Key.tracksTrue.declaration,
        Forest.Key.modes.declaration, Forest.Key.splits.declaration,
        Forest.Key.trueLeaves.declaration, Forest.Key.whenTrue.declaration,
        TreeEnsemble.transform.declaration, Forest.Key.roots.declaration,
      ], constraints: ["T": .tensors(.ieeeFloats)]),
    inferTypes: { context throws(OperatorError) in
      let count = try targetCount(context.node.attributes, targets: Forest.Key.targets.name)
      return [.tensor(context.elementType(0), [try context.featureRows(0), .fixed(count)])]
    },
    evaluate: { context throws(OperatorError) in try TreeEnsemble.evaluate(context) })
}

// MARK: - TreeEnsembleRegressor

/// The attributes that the classifier and the regressor share.
private let nodeAttributes =
  [
    "nodes_falsenodeids", "nodes_featureids", "nodes_missing_value_tracks_true", "nodes_nodeids",
    "nodes_treeids", "nodes_truenodeids",
  ].map { AttributeDeclaration($0, .ints) }
  + ["base_values", "nodes_hitrates", "nodes_values"].map { AttributeDeclaration($0, .floats) }
  + ["base_values_as_tensor", "nodes_hitrates_as_tensor", "nodes_values_as_tensor"]
  .map { AttributeDeclaration($0, .tensor) }
  + [AttributeDeclaration("nodes_modes", .strings), ScoreTransform.key.declaration]

/// The attributes with the votes of leaves, whose names start with what they are for.
private func voteAttributes(_ prefix: String) -> [AttributeDeclaration] {
  ["ids", "nodeids", "treeids"].map { AttributeDeclaration("\(prefix)_\($0)", .ints) } + [
    AttributeDeclaration("\(prefix)_weights", .floats),
    AttributeDeclaration("\(prefix)_weights_as_tensor", .tensor),
  ]
}

private enum TreeEnsembleRegressor {
  static let aggregation = AttributeKey<String>("aggregate_function", default: "SUM")

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let attributes = context.node.attributes
    let count = try targetCount(attributes, targets: "target_ids")
    let forest = try Forest(attributes, votes: "target", targetCount: count)
    let aggregation = try Forest.Aggregation(
      try context.value(of: aggregation), of: aggregation.name)
    let transform = try ScoreTransform(attributes)
    let base = try Forest.numbers("base_values", of: attributes)
    guard base.isEmpty || base.count == count else {
      throw OperatorError(
        .invalidAttribute, "there are \(base.count) base_values for \(count) targets")
    }
    var scores = try forest.scores(context, targetCount: count, by: aggregation)
    scores.add(base)
    let type = context.resultType(for: .float32)
    return [.tensor(scores.transformed(by: transform).tensor(of: type))]
  }
}

extension OperatorDefinition {
  /// Sums, for each target, what the leaves that a row of features ends at vote.
  fileprivate static let treeEnsembleRegressor = OperatorDefinition(
    OperatorSchema(
      "TreeEnsembleRegressor", domain: "ai.onnx.ml", versions: [1, 3, 5],
      inputs: [.required("X", "T")], outputs: [.required("Y", "tensor(float)")],
      attributes: nodeAttributes + voteAttributes("target") + [
        TreeEnsembleRegressor.aggregation.declaration, AttributeDeclaration("n_targets", .int),
      ],
      constraints: ["T": .tensors([.float32, .float64, .indices])]),
    inferTypes: { context throws(OperatorError) in
      let count = try targetCount(context.node.attributes, targets: "target_ids")
      return [.tensor(.float32, [try context.featureRows(0), .fixed(count)])]
    },
    evaluate: { context throws(OperatorError) in try TreeEnsembleRegressor.evaluate(context) })
}

// MARK: - TreeEnsembleClassifier

private enum TreeEnsembleClassifier {
  static let integers = OptionalAttributeKey<[Int]>("classlabels_int64s")
  static let strings = OptionalAttributeKey<[ByteString]>("classlabels_strings")

  static func labels(_ attributes: Attributes) throws(OperatorError) -> ClassLabels {
    try ClassLabels(attributes, integers: integers, strings: strings)
  }

  static func evaluate(
    _ context: borrowing KernelContext
  ) throws(OperatorError) -> [RuntimeValue] {
    let attributes = context.node.attributes
    let labels = try labels(attributes)
    let transform = try ScoreTransform(attributes)
    let forest = try Forest(attributes, votes: "class", targetCount: labels.count)
    let base = try Forest.numbers("base_values", of: attributes)
    // Two classes may share one base value: where all votes are for one class.
    guard base.isEmpty || base.count == labels.count || (base.count == 1 && labels.count == 2)
    else {
      throw OperatorError(
        .invalidAttribute, "there are \(base.count) base_values for \(labels.count) classes")
    }
    var scores = try forest.scores(context, targetCount: labels.count, by: .sum)
    scores.add(base)
    let type = context.resultType(for: .float32)
    guard let result = binaryResult(scores, forest, transform, classCount: labels.count) else {
      return [
        .tensor(labels.tensor(ofClasses: scores.greatest)),
        .tensor(scores.transformed(by: transform).tensor(of: type)),
      ]
    }
    return [
      .tensor(labels.tensor(ofClasses: result.classes)), .tensor(result.scores.tensor(of: type)),
    ]
  }

  /// Returns the classes and the scores where the votes for a single class decide.
  ///
  /// With one label that is its class or none. With two labels and votes for one class only, the
  /// votes of frameworks are probabilities of the second class when none is negative, else margins
  /// for it, whichever class the votes name: the specification leaves this open, and exporters rely
  /// on how ONNX Runtime reads it.
  private static func binaryResult(
    _ scores: ScoreTable, _ forest: Forest, _ transform: ScoreTransform, classCount: Int
  ) -> (classes: [Int?], scores: ScoreTable)? {
    guard classCount > 1 else {
      let classes = scores.values.map { $0 > 0 ? 0 : nil }
      return (classes, scores.transformed(by: transform))
    }
    guard classCount == 2, let voted = forest.votes.first?.target,
      forest.votes.allSatisfy({ $0.target == voted })
    else { return nil }
    let holdsProbabilities = forest.votes.allSatisfy { $0.weight >= 0 }
    let isProbability = holdsProbabilities && transform != .logistic
    let column = (0..<scores.rows).map { scores.values[2 * $0 + voted] }
    let classes = column.map { $0 > (isProbability ? 0.5 : 0) ? 1 : 0 }
    // The scores of votes that name the second class stay in their columns.
    guard voted == 0 else { return (classes, scores.transformed(by: transform)) }
    let table = ScoreTable(rows: scores.rows, columns: 1, values: column)
    return (classes, table.paired(by: transform) { holdsProbabilities ? 1 - $0 : -$0 })
  }
}

extension OperatorDefinition {
  /// Returns the class that the leaves that a row of features ends at vote for, and all scores.
  fileprivate static let treeEnsembleClassifier = OperatorDefinition(
    OperatorSchema(
      "TreeEnsembleClassifier", domain: "ai.onnx.ml", versions: [1, 3, 5],
      inputs: [.required("X", "T1")],
      outputs: [.required("Y", "T2"), .required("Z", "tensor(float)")],
      attributes: nodeAttributes + voteAttributes("class") + [
        TreeEnsembleClassifier.integers.declaration, TreeEnsembleClassifier.strings.declaration,
      ],
      constraints: [
        "T1": .tensors([.float32, .float64, .indices]), "T2": .tensors([.int64, .string]),
      ]),
    inferTypes: { context throws(OperatorError) in
      let labels = try TreeEnsembleClassifier.labels(context.node.attributes)
      let rows = try context.featureRows(0)
      return [
        .tensor(labels.elementType, [rows]),
        .tensor(.float32, [rows, .fixed(labels.count)]),
      ]
    },
    evaluate: { context throws(OperatorError) in try TreeEnsembleClassifier.evaluate(context) })
}
