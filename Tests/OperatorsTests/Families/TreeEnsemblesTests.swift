import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct TreeEnsemblesTests {
  /// Two trees: of a branch on feature 0 and one on feature 1, and of a branch on feature 1.
  private static let nodes: Attributes = [
    "nodes_treeids": .ints([0, 0, 0, 0, 0, 1, 1, 1]),
    "nodes_nodeids": .ints([0, 1, 2, 3, 4, 0, 1, 2]),
    "nodes_modes": .strings([
      "BRANCH_LEQ", "LEAF", "BRANCH_GT", "LEAF", "LEAF", "BRANCH_EQ", "LEAF", "LEAF",
    ]),
    "nodes_featureids": .ints([0, 0, 1, 0, 0, 1, 0, 0]),
    "nodes_values": .floats([0.5, 0, 2, 0, 0, 1, 0, 0]),
    "nodes_truenodeids": .ints([1, 0, 3, 0, 0, 1, 0, 0]),
    "nodes_falsenodeids": .ints([2, 0, 4, 0, 0, 2, 0, 0]),
  ]

  private static func votes(
    _ prefix: String, _ ids: [Int64], _ weights: [Float], _ changes: Attributes = [:]
  ) -> Attributes {
    var attributes = adding(changes, to: nodes)
    attributes["\(prefix)_treeids"] = .ints([0, 0, 0, 1, 1])
    attributes["\(prefix)_nodeids"] = .ints([1, 3, 4, 1, 2])
    attributes["\(prefix)_ids"] = .ints(ids)
    attributes["\(prefix)_weights"] = .floats(weights)
    return attributes
  }

  /// Ends at leaf 1, 3 and 4 of the first tree, and at leaf 1, 2 and 2 of the second.
  private static let rows = floats([3, 2], [0.5, 1, 1, 3, 1, 2])

  private static func regressor(
    _ description: String, _ attributes: Attributes, _ x: Tensor = rows,
    _ y: Tensor = floats([0], [])
  ) -> OperatorCase {
    OperatorCase(
      description, "TreeEnsembleRegressor", domain: "ai.onnx.ml", attributes, inputs: [x],
      expected: [y])
  }

  private static func classifier(
    _ description: String, _ attributes: Attributes, _ expected: [Tensor] = []
  ) -> OperatorCase {
    OperatorCase(
      description, "TreeEnsembleClassifier", domain: "ai.onnx.ml", attributes, inputs: [rows],
      expected: expected)
  }

  private static let one = votes("target", [0, 0, 0, 0, 0], [1, 2, 4, 8, 16])
  private static let two = votes("target", [0, 1, 1, 0, 1], [1, 2, 4, 8, -16])

  private static func adding(_ changes: Attributes, to attributes: Attributes) -> Attributes {
    var attributes = attributes
    for (name, value) in changes { attributes[name] = value }
    return attributes
  }

  static let regressors = [

    regressor("adds the votes of trees", one, rows, floats([3, 1], [9, 18, 20])),
    regressor(
      "adds base values", adding(["base_values": .floats([100]), "n_targets": .int(1)], to: one),
      rows, floats([3, 1], [109, 118, 120])),
    regressor("takes a list for one row", one, floats([2], [0, 0]), floats([1, 1], [17])),
    regressor(
      "takes integers", one, integers([2, 2], [0, 1, 1, 3]), floats([2, 1], [9, 18])),
    regressor(
      "sends missing features where the comparison is false", one, floats([1, 2], [.nan, .nan]),
      floats([1, 1], [20])),
    regressor(
      "sends missing features where an attribute says",
      adding(
        ["nodes_missing_value_tracks_true": .ints([1, 0, 0, 0, 0, 1, 0, 0])], to: one),
      floats([1, 2], [.nan, .nan]), floats([1, 1], [9])),
    regressor(
      "adds the votes for each target", two, rows, floats([3, 2], [9, 0, 0, -14, 0, -12])),
    regressor(
      "takes the mean over all trees", adding(["aggregate_function": .string("AVERAGE")], to: two),
      rows, floats([3, 2], [4.5, 0, 0, -7, 0, -6])),
    regressor(
      "takes the least vote", adding(["aggregate_function": .string("MIN")], to: two), rows,
      floats([3, 2], [1, 0, 0, -16, 0, -16])),
    regressor(
      "takes the greatest vote", adding(["aggregate_function": .string("MAX")], to: two), rows,
      floats([3, 2], [8, 0, 0, 2, 0, 4])),
    regressor(
      "transforms scores", adding(["post_transform": .string("LOGISTIC")], to: two),
      floats([1, 2], [1, -.infinity]), floats([1, 2], [0.5, 6.144174e-06])),
    regressor(
      "skips votes at branches",
      adding(["target_nodeids": .ints([2, 3, 4, 1, 2])], to: one), rows,
      floats([3, 1], [8, 18, 20])),
    regressor(
      "reads tensors of 64 bits",
      adding(
        [
          "target_weights_as_tensor": .tensor(
            Tensor(shape: [5], scalars: [0.1, 0.2, 0.3, 0, 0] as [Double])),
          "nodes_values_as_tensor": .tensor(
            Tensor(shape: [8], scalars: [1 + 1e-12, 0, 2, 0, 0, 1, 0, 0] as [Double])),
        ], to: votes("target", [0, 0, 0, 0, 0], [], ["nodes_values": .floats([])])),
      Tensor(shape: [2, 2], scalars: [1, 0, 1 + 2e-12, 0] as [Double]),
      floats([2, 1], [0.1, 0.3])),
    regressor(
      "finds nodes whose ids are in no order",
      votes(
        "target", [0, 0, 0, 0, 0], [1, 2, 4, 8, 16],
        [
          "nodes_nodeids": .ints([-5, 1, 90, 3, 4, 0, 1, 2]),
          "nodes_falsenodeids": .ints([90, 0, 4, 0, 0, 2, 0, 0]),
        ]), rows, floats([3, 1], [9, 18, 20])),
    regressor(
      "has no trees", ["n_targets": .int(2), "base_values": .floats([1, 2])],
      rows, floats([3, 2], [1, 2, 1, 2, 1, 2])),

  ]

  static let classifiers = [

    classifier(
      "chooses the class with the most votes",
      adding(
        ["classlabels_strings": .strings(["a", "b", "c"])],
        to: votes("class", [0, 1, 2, 2, 1], [1, 2, 4, 0.5, 3])),
      [
        Tensor(shape: [3], strings: ["a", "b", "c"]),
        floats([3, 3], [1, 0, 0.5, 0, 5, 0, 0, 3, 4]),
      ]),
    classifier(
      "adds base values to the votes",
      adding(
        ["classlabels_int64s": .ints([7, 8]), "base_values": .floats([0, 4.5])],
        to: votes("class", [0, 1, 0, 0, 1], [1, 2, 4, 8, 1])),
      [list(7, 8, 8), floats([3, 2], [9, 4.5, 0, 7.5, 4, 5.5])]),
    // Votes for one of two classes are as onnxruntime has them.
    classifier(
      "takes votes for one of two classes for probabilities of the second",
      adding(
        ["classlabels_int64s": .ints([7, 8])],
        to: votes("class", [0, 0, 0, 0, 0], [0.25, 0.5, 0.125, 0.25, 0.125])),
      [list(7, 8, 7), floats([3, 2], [0.5, 0.5, 0.375, 0.625, 0.75, 0.25])]),
    classifier(
      "takes votes of either sign for margins of the second class",
      adding(
        ["classlabels_int64s": .ints([7, 8]), "base_values": .floats([0.5])],
        to: votes("class", [0, 0, 0, 0, 0], [1, -2, 4, -1.5, 1])),
      [list(7, 7, 8), floats([3, 2], [0, 0, 0.5, -0.5, -5.5, 5.5])]),
    classifier(
      "makes probabilities of margins",
      adding(
        ["classlabels_int64s": .ints([7, 8]), "post_transform": .string("LOGISTIC")],
        to: votes("class", [0, 0, 0, 0, 0], [800, 0, 0, 0, 0])),
      [list(8, 7, 7), floats([3, 2], [0, 1, 0.5, 0.5, 0.5, 0.5])]),
    classifier(
      "leaves votes for the second class in its column",
      adding(
        ["classlabels_int64s": .ints([7, 8])],
        to: votes("class", [1, 1, 1, 1, 1], [0.25, 0.5, 0.125, 0.25, 0.125])),
      [list(7, 8, 7), floats([3, 2], [0, 0.5, 0, 0.625, 0, 0.25])]),
    classifier(
      "tells one class from none",
      adding(
        ["classlabels_int64s": .ints([7])],
        to: votes("class", [0, 0, 0, 0, 0], [1, -2, 1, 0, 0])),
      [list(7, 0, 7), floats([3, 1], [1, -2, 1])]),

  ]

  /// A branch of each mode on feature 0, one behind the other; the last asks for 5 or 7.
  private static let chain: Attributes = [
    "nodes_modes": .tensor(Tensor(shape: [7], scalars: [1, 3, 4, 5, 6, 0, 2] as [UInt8])),
    "nodes_splits": .tensor(floats([7], [0, 10, 1, 6, 0, 5.5, 8])),
    "nodes_featureids": .ints([0, 0, 0, 0, 0, 0, 0]),
    "nodes_truenodeids": .ints([0, 1, 2, 4, 3, 4, 5]),
    "nodes_falsenodeids": .ints([1, 2, 3, 7, 5, 6, 6]),
    "nodes_trueleafs": .ints([1, 1, 1, 0, 1, 1, 1]),
    "nodes_falseleafs": .ints([0, 0, 0, 1, 0, 0, 1]),
    "leaf_targetids": .ints([0, 0, 0, 0, 0, 0, 0, 0]),
    "leaf_weights": .tensor(floats([8], [0, 1, 2, 3, 4, 5, 6, 7])),
    "membership_values": .tensor(floats([3], [7, 5, .nan])),
    "tree_roots": .ints([0]),
  ]

  private static func ensemble(
    _ description: String, _ attributes: Attributes, _ x: Tensor, _ y: Tensor = floats([0], [])
  ) -> OperatorCase {
    OperatorCase(
      description, "TreeEnsemble", domain: "ai.onnx.ml", attributes, inputs: [x], expected: [y])
  }

  static let ensembles = [

    ensemble(
      "compares in every way", chain, floats([8, 1], [-1, 11, 1, 5, 4, 9, 7.5, 6]),
      floats([8, 1], [0, 1, 2, 3, 4, 5, 6, 7])),
    ensemble(
      "computes in 16 bits at the end",
      adding(
        [
          "leaf_weights": .tensor(
            floats([8], [0, 1, 2, 3, 0.1, 5, 6, 7]).converted(to: .float16))
        ], to: chain),
      floats([1, 1], [4]).converted(to: .float16), floats([1, 1], [0.1]).converted(to: .float16)),
    ensemble(
      "has trees of one leaf, and targets without votes",
      [
        "nodes_modes": .tensor(Tensor(shape: [1], scalars: [0] as [UInt8])),
        "nodes_splits": .tensor(floats([1], [0])), "nodes_featureids": .ints([99]),
        "nodes_truenodeids": .ints([0]), "nodes_falsenodeids": .ints([0]),
        "nodes_trueleafs": .ints([1]), "nodes_falseleafs": .ints([1]),
        "leaf_targetids": .ints([1]), "leaf_weights": .tensor(floats([1], [3])),
        "tree_roots": .ints([0, 0]), "n_targets": .int(3), "post_transform": .int(1),
        "aggregate_function": .int(3),
      ], floats([1, 1], [800]), floats([1, 3], [0.0452785, 0.909443, 0.0452785])),

  ]

  @Test(arguments: regressors + classifiers + ensembles)
  func evaluates(_ example: OperatorCase) throws {
    let outputs = try example.evaluate()
    for (output, expected) in zip(outputs, example.expected) where expected.elementType != .string {
      let isClose = output.isClose(to: expected, within: Tolerance(absolute: 0, relative: 1e-6))
      #expect(isClose && output.elementType == expected.elementType)
    }
    for (output, expected) in zip(outputs, example.expected) where expected.elementType == .string {
      #expect(output == expected)
    }
    #expect(outputs.count == example.expected.count)
  }

  @Test(arguments: regressors + classifiers + ensembles)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  static let errors: [(OperatorCase, String)] = [

    (
      regressor("", votes("target", [0, 0, 0, 0, 0], [1])),
      "target_weights has 1 elements, target_nodeids has 5"
    ),
    (
      regressor("", adding(["nodes_values": .floats([1])], to: one)),
      "nodes_values has 1 elements, nodes_nodeids has 8"
    ),
    (
      regressor("", adding(["nodes_missing_value_tracks_true": .ints([1])], to: one)),
      "nodes_missing_value_tracks_true has 1 elements, nodes_nodeids has 8"
    ),
    (
      regressor("", adding(["nodes_nodeids": .ints([0, 1, 2, 3, 4, 0, 1, 1])], to: one)),
      "tree 1 has the node 1 twice"
    ),
    (
      regressor("", adding(["nodes_truenodeids": .ints([1, 0, 5, 0, 0, 1, 0, 0])], to: one)),
      "tree 0 has no node 5"
    ),
    (
      regressor("", adding(["nodes_truenodeids": .ints([1, 0, 0, 0, 0, 1, 0, 0])], to: one)),
      "branch 0 of the trees can be reached from itself"
    ),
    (
      regressor("", adding(["nodes_featureids": .ints([0, 0, -1, 0, 0, 1, 0, 0])], to: one)),
      "a node of the trees looks at feature -1"
    ),
    (
      regressor("", adding(["nodes_featureids": .ints([0, 0, 2, 0, 0, 1, 0, 0])], to: one)),
      "a tree looks at feature 2 of rows of 2"
    ),
    (
      regressor("", adding(["n_targets": .int(1)], to: two)), "target_ids has 1, there are 1"
    ),
    (
      regressor("", adding(["n_targets": .int(0)], to: two)), "n_targets is 0"
    ),
    (
      regressor("", adding(["base_values": .floats([1, 2, 3])], to: two)),
      "there are 3 base_values for 2 targets"
    ),
    (
      regressor("", adding(["aggregate_function": .string("MEAN")], to: two)),
      "aggregate_function is \"MEAN\""
    ),
    (
      regressor("", adding(["n_targets": .int(1 << 40)], to: two)),
      "an output of float64[3, 1099511627776] exceeds the memory limit of 1073741824 bytes"
    ),
    (
      classifier("", votes("class", [0, 0, 0, 0, 0], [1, 2, 3, 4, 5])),
      "classlabels_int64s has 0 labels and classlabels_strings 0"
    ),
    (
      ensemble("", adding(["tree_roots": .ints([7])], to: chain), rows),
      "tree_roots has 7, there are 7 nodes"
    ),
    (
      ensemble("", adding(["nodes_truenodeids": .ints([0, 1, 2, 4, 8, 4, 5])], to: chain), rows),
      "a node of the trees leads to leaf 8, there are 8"
    ),
    (
      ensemble("", adding(["nodes_falsenodeids": .ints([1, 2, 3, 7, 0, 6, 6])], to: chain), rows),
      "branch 0 of the trees can be reached from itself"
    ),
    (
      ensemble(
        "", adding(["membership_values": .tensor(floats([2], [.nan, .nan]))], to: chain), rows),
      "membership_values has 2 sets for 1 nodes of the mode BRANCH_MEMBER"
    ),
    (
      ensemble("", adding(["post_transform": .int(5)], to: chain), rows), "post_transform is 5"
    ),

  ]

  @Test(arguments: errors.indices)
  func rejects(_ index: Int) {
    let (example, message) = Self.errors[index]
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == message)
  }

  @Test func makesNothingOfNoRows() throws {
    let example = Self.regressor(
      "", Self.adding(["n_targets": .int(1 << 60)], to: Self.two), floats([0, 2], []))
    #expect(try example.evaluate()[0].shape == [0, 1 << 60])
  }
}
