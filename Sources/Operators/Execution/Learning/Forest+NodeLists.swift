import IR
import Tensors

extension Forest {
  /// Reads the trees of a `TreeEnsembleClassifier` or a `TreeEnsembleRegressor`.
  ///
  /// The first node of each tree is its root. `votes` is what the names of the lists of votes start
  /// with; votes at branches never count and are skipped.
  ///
  /// - Throws: `invalidAttribute` for lists of different lengths, unknown or repeated ids, targets
  ///   outside of `0..<targetCount`, unknown modes, and branches that lead to themselves.
  init(_ attributes: Attributes, votes prefix: String, targetCount: Int) throws(OperatorError) {
    let nodes = try NodeLists(attributes)
    let index = try NodeIndex(trees: nodes.trees, ids: nodes.ids)
    var destinations: [Destination] = []
    destinations.reserveCapacity(nodes.count)
    var (branchCount, leafCount) = (0, 0)
    for comparison in nodes.comparisons {
      destinations.append(comparison == nil ? .leaf(leafCount) : .branch(branchCount))
      if comparison == nil { leafCount += 1 } else { branchCount += 1 }
    }
    var branches: [Branch] = []
    branches.reserveCapacity(branchCount)
    for node in 0..<nodes.count {
      guard let comparison = nodes.comparisons[node] else { continue }
      let tree = nodes.trees[node]
      branches.append(
        Branch(
          comparison: comparison, sendsMissingToTrue: nodes.tracksTrue(node),
          feature: try Int32(feature: nodes.features[node]), threshold: nodes.thresholds[node],
          whenTrue: destinations[try index.node(nodes.whenTrue[node], ofTree: tree)],
          whenFalse: destinations[try index.node(nodes.whenFalse[node], ofTree: tree)]))
    }
    let lists = try VoteLists(attributes, prefix, targetCount: targetCount)
    var leaves: [Int?] = []
    for vote in 0..<lists.count {
      let place = destinations[try index.node(lists.nodes[vote], ofTree: lists.trees[vote])]
      leaves.append(place.branch == nil ? place.leaf : nil)
    }
    let (votes, starts) = lists.sorted(byLeaf: leaves, leafCount: leafCount)
    try self.init(
      branches: branches, roots: index.firstNodes.map { destinations[$0] }, votes: votes,
      voteStarts: starts)
  }

  /// Reads a list of real numbers from an attribute, or from the tensor that may stand for it.
  static func numbers(_ name: String, of attributes: Attributes) throws(OperatorError) -> [Double] {
    let list = try attributes.value(of: OptionalAttributeKey<[Float]>(name)) ?? []
    let tensorName = "\(name)_as_tensor"
    guard let tensor = try attributes.value(of: OptionalAttributeKey<Tensor>(tensorName)) else {
      return list.map(Double.init)
    }
    guard list.isEmpty else {
      throw OperatorError(.invalidAttribute, "both \(name) and \(tensorName) are given")
    }
    return try tensor.realList(of: tensorName)
  }
}

extension Tensor {
  /// The elements of an attribute's tensor of floating-point numbers.
  func realList(of attribute: String) throws(OperatorError) -> [Double] {
    guard elementType.isFloatingPoint else {
      throw OperatorError(
        .invalidAttribute, "\(attribute) holds \(elementType), not floating-point numbers")
    }
    return converted(to: .float64).scalars(of: Double.self)
  }
}

extension Int32 {
  /// Creates the number of a feature.
  init(feature: Int) throws(OperatorError) {
    guard feature >= 0, let number = Int32(exactly: feature) else {
      throw OperatorError(.invalidAttribute, "a node of the trees looks at feature \(feature)")
    }
    self = number
  }
}

/// The nodes of trees as the classifier and the regressor list them, field by field.
private struct NodeLists {
  let trees: [Int]
  let ids: [Int]
  let features: [Int]
  /// What each node asks; nil for leaves.
  let comparisons: [Forest.Comparison?]
  let thresholds: [Double]
  let whenTrue: [Int]
  let whenFalse: [Int]
  private let missingTracksTrue: [Int]

  var count: Int { ids.count }

  init(_ attributes: Attributes) throws(OperatorError) {
    func integers(_ name: String) throws(OperatorError) -> [Int] {
      try attributes.value(of: OptionalAttributeKey<[Int]>(name)) ?? []
    }
    trees = try integers("nodes_treeids")
    ids = try integers("nodes_nodeids")
    features = try integers("nodes_featureids")
    whenTrue = try integers("nodes_truenodeids")
    whenFalse = try integers("nodes_falsenodeids")
    missingTracksTrue = try integers("nodes_missing_value_tracks_true")
    thresholds = try Forest.numbers("nodes_values", of: attributes)
    let modes = try attributes.value(of: OptionalAttributeKey<[ByteString]>("nodes_modes")) ?? []
    comparisons = try Self.comparisons(modes)
    try checkCounts(
      ("nodes_nodeids", ids.count),
      [
        ("nodes_treeids", trees.count), ("nodes_featureids", features.count),
        ("nodes_modes", modes.count), ("nodes_values", thresholds.count),
        ("nodes_truenodeids", whenTrue.count), ("nodes_falsenodeids", whenFalse.count),
      ])
    if !missingTracksTrue.isEmpty {
      try checkCounts(
        ("nodes_nodeids", ids.count),
        [("nodes_missing_value_tracks_true", missingTracksTrue.count)])
    }
    guard ids.count <= Forest.maximumCount else {
      throw OperatorError(.limitExceeded, "the trees have \(ids.count) nodes")
    }
  }

  func tracksTrue(_ node: Int) -> Bool {
    !missingTracksTrue.isEmpty && missingTracksTrue[node] != 0
  }

  private static let spellings: [ByteString: Forest.Comparison?] = [
    "BRANCH_LEQ": .lessOrEqual, "BRANCH_LT": .less, "BRANCH_GTE": .greaterOrEqual,
    "BRANCH_GT": .greater, "BRANCH_EQ": .equal, "BRANCH_NEQ": .notEqual, "LEAF": nil,
  ]

  private static func comparisons(
    _ modes: [ByteString]
  ) throws(OperatorError) -> [Forest.Comparison?] {
    var comparisons: [Forest.Comparison?] = []
    comparisons.reserveCapacity(modes.count)
    for mode in modes {
      guard let comparison = spellings[mode] else {
        throw OperatorError(
          .invalidAttribute, "nodes_modes has \"\(mode)\"",
          remedy: "use LEAF or BRANCH_ with LEQ, LT, GTE, GT, EQ or NEQ")
      }
      comparisons.append(comparison)
    }
    return comparisons
  }
}

/// The votes of leaves as the classifier and the regressor list them, field by field.
private struct VoteLists {
  let trees: [Int]
  let nodes: [Int]
  private let targets: [Int]
  private let weights: [Double]

  var count: Int { nodes.count }

  init(
    _ attributes: Attributes, _ prefix: String, targetCount: Int
  ) throws(OperatorError) {
    func integers(_ name: String) throws(OperatorError) -> [Int] {
      try attributes.value(of: OptionalAttributeKey<[Int]>("\(prefix)_\(name)")) ?? []
    }
    trees = try integers("treeids")
    nodes = try integers("nodeids")
    targets = try integers("ids")
    weights = try Forest.numbers("\(prefix)_weights", of: attributes)
    try checkCounts(
      ("\(prefix)_nodeids", nodes.count),
      [
        ("\(prefix)_treeids", trees.count), ("\(prefix)_ids", targets.count),
        ("\(prefix)_weights", weights.count),
      ])
    for target in targets where !(0..<targetCount).contains(target) {
      throw OperatorError(
        .invalidAttribute, "\(prefix)_ids has \(target), there are \(targetCount)")
    }
  }

  /// Returns the votes leaf by leaf, and where those of each leaf start; nil is no leaf.
  func sorted(byLeaf leaves: [Int?], leafCount: Int) -> (votes: [Forest.Vote], starts: [Int]) {
    var starts = [Int](repeating: 0, count: leafCount + 1)
    for leaf in leaves { if let leaf { starts[leaf + 1] += 1 } }
    for leaf in 0..<leafCount { starts[leaf + 1] += starts[leaf] }
    var next = starts
    var votes = [Forest.Vote](
      repeating: Forest.Vote(target: 0, weight: 0), count: starts[leafCount])
    for (vote, leaf) in leaves.enumerated() {
      guard let leaf else { continue }
      votes[next[leaf]] = Forest.Vote(target: targets[vote], weight: weights[vote])
      next[leaf] += 1
    }
    return (votes, starts)
  }
}
