import IR
import Tensors

extension ExampleArguments {
  /// One decision between two leaves, and what else an operator needs.
  private static func tree(_ others: Attributes) -> Attributes {
    var attributes: Attributes = [
      "nodes_treeids": .ints([0, 0, 0]), "nodes_nodeids": .ints([0, 1, 2]),
      "nodes_featureids": .ints([1, 0, 0]), "nodes_values": .floats([0.5, 0, 0]),
      "nodes_modes": .strings(["BRANCH_LEQ", "LEAF", "LEAF"]),
      "nodes_truenodeids": .ints([1, 0, 0]), "nodes_falsenodeids": .ints([2, 0, 0]),
    ]
    for attribute in others { attributes[attribute.name] = attribute.value }
    return attributes
  }

  /// Of losses, optimizers and classical models.
  static let learning: [String: [ExampleArguments]] = [
    "Adam": [.init(.shape([]), .scalar(1), .shape([2]), .shape([2]), .shape([2]), .shape([2]))],
    "Momentum": [
      .init(
        .shape([]), .scalar(1), .shape([2]), .shape([2]), .shape([2]),
        attributes: [
          "alpha": .float(0.9), "beta": .float(1), "mode": .string("nesterov"),
          "norm_coefficient": .float(0.1),
        ])
    ],
    "NegativeLogLikelihoodLoss": [.init(.shape([2, 3]), .integers([0, 2]), .shape([3]))],
    "SVMClassifier": [
      .init(
        .shape([2, 3]),
        attributes: [
          "classlabels_ints": .ints([0, 1]), "coefficients": .floats([1, -1]),
          "kernel_params": .floats([0.5, 0, 3]), "kernel_type": .string("RBF"),
          "rho": .floats([0.5]), "support_vectors": .floats([1, 0, 1, 0, 1, 0]),
          "vectors_per_class": .ints([1, 1]),
        ]),
      .init(
        .shape([2, 2]),
        attributes: [
          "classlabels_strings": .strings(["a", "b", "c"]),
          "coefficients": .floats([1, -1, 2, 0, 1, 1]), "kernel_params": .floats([0.5, 0, 3]),
          "prob_a": .floats([1, 1, 1]), "prob_b": .floats([0, 0, 0]), "rho": .floats([0.5, 0, 1]),
          "support_vectors": .floats([1, 0, 1, 0, 1, 0]), "vectors_per_class": .ints([1, 1, 1]),
        ]),
    ],
    "SoftmaxCrossEntropyLoss": [
      .init(.shape([2, 3]), .integers([0, 2]), .shape([3])),
      .init(.shape([1, 3, 2]), .numbers([1, 2], [1, 2]), .shape([3])),
    ],
    "TreeEnsemble": [
      .init(
        .typed(.float32, .shape([2, 2])),
        attributes: [
          "tree_roots": .ints([0]), "nodes_featureids": .ints([0]),
          "nodes_splits": .tensor(Tensor(shape: [1], scalars: [1.5] as [Float])),
          "nodes_modes": .tensor(Tensor(shape: [1], scalars: [0] as [UInt8])),
          "nodes_truenodeids": .ints([0]), "nodes_falsenodeids": .ints([1]),
          "nodes_trueleafs": .ints([1]), "nodes_falseleafs": .ints([1]),
          "leaf_targetids": .ints([0, 1]),
          "leaf_weights": .tensor(Tensor(shape: [2], scalars: [0.5, 2] as [Float])),
          "n_targets": .int(2),
        ])
    ],
    "TreeEnsembleClassifier": [
      .init(
        .shape([2, 2]),
        attributes: tree([
          "class_ids": .ints([0, 1]), "class_nodeids": .ints([1, 2]),
          "class_treeids": .ints([0, 0]), "class_weights": .floats([1, 0.5]),
          "classlabels_int64s": .ints([0, 1]),
        ]))
    ],
    "TreeEnsembleRegressor": [
      .init(
        .shape([2, 2]),
        attributes: tree([
          "target_ids": .ints([0, 1]), "target_nodeids": .ints([1, 2]),
          "target_treeids": .ints([0, 0]), "target_weights": .floats([1, 0.5]),
          "n_targets": .int(2),
        ]))
    ],
  ]
}
