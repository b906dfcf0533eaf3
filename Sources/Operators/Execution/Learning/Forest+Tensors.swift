import IR
import Tensors

extension Forest {
  /// The attributes of `TreeEnsemble` that describe its trees.
  enum Key {
    static let roots = AttributeKey<[Int]>("tree_roots")
    static let features = AttributeKey<[Int]>("nodes_featureids")
    static let modes = AttributeKey<Tensor>("nodes_modes")
    static let splits = AttributeKey<Tensor>("nodes_splits")
    static let members = OptionalAttributeKey<Tensor>("membership_values")
    static let whenTrue = AttributeKey<[Int]>("nodes_truenodeids")
    static let whenFalse = AttributeKey<[Int]>("nodes_falsenodeids")
    static let trueLeaves = AttributeKey<[Int]>("nodes_trueleafs")
    static let falseLeaves = AttributeKey<[Int]>("nodes_falseleafs")
    static let tracksTrue = OptionalAttributeKey<[Int]>("nodes_missing_value_tracks_true")
    static let targets = AttributeKey<[Int]>("leaf_targetids")
    static let weights = AttributeKey<Tensor>("leaf_weights")
  }

  /// Reads the trees of a `TreeEnsemble`.
  ///
  /// A tree of one leaf is a branch that leads to this leaf either way; it looks at no feature.
  ///
  /// - Throws: `invalidAttribute` for lists of different lengths, indices out of range, unknown
  ///   modes, sets of members that do not match the modes, and branches that lead to themselves.
  init(_ attributes: Attributes, targetCount: Int) throws(OperatorError) {
    let targets = try attributes.value(of: Key.targets)
    let weights = try attributes.value(of: Key.weights).realList(of: Key.weights.name)
    try checkCounts((Key.targets.name, targets.count), [(Key.weights.name, weights.count)])
    for target in targets where !(0..<targetCount).contains(target) {
      throw OperatorError(
        .invalidAttribute, "leaf_targetids has \(target), there are \(targetCount)")
    }
    let nodes = try SplitLists(attributes)
    guard max(nodes.count, targets.count) <= Forest.maximumCount else {
      throw OperatorError(.limitExceeded, "the trees have \(nodes.count) nodes")
    }
    var branches: [Branch] = []
    branches.reserveCapacity(nodes.count)
    for node in 0..<nodes.count {
      branches.append(try nodes.branch(node, leafCount: targets.count))
    }
    var roots: [Destination] = []
    for root in try attributes.value(of: Key.roots) {
      guard branches.indices.contains(root) else {
        throw OperatorError(
          .invalidAttribute, "tree_roots has \(root), there are \(branches.count) nodes")
      }
      let branch = branches[root]
      let isLeaf = branch.whenTrue == branch.whenFalse && branch.whenTrue.branch == nil
      roots.append(isLeaf ? branch.whenTrue : .branch(root))
    }
    try self.init(
      branches: branches, roots: roots,
      votes: zip(targets, weights).map { Vote(target: $0, weight: $1) },
      voteStarts: Array(0...targets.count), memberSets: nodes.memberSets)
  }
}

/// The branches of trees as `TreeEnsemble` lists them, field by field.
private struct SplitLists {
  private let features: [Int]
  private let comparisons: [Forest.Comparison]
  private let splits: [Double]
  private let whenTrue: [Int]
  private let whenFalse: [Int]
  private let trueLeaves: [Int]
  private let falseLeaves: [Int]
  private let tracksTrue: [Int]
  private let setNumbers: [Int32]
  let memberSets: [[Double]]

  var count: Int { features.count }

  init(_ attributes: Attributes) throws(OperatorError) {
    features = try attributes.value(of: Forest.Key.features)
    comparisons = try Self.comparisons(try attributes.value(of: Forest.Key.modes))
    splits = try attributes.value(of: Forest.Key.splits).realList(of: Forest.Key.splits.name)
    whenTrue = try attributes.value(of: Forest.Key.whenTrue)
    whenFalse = try attributes.value(of: Forest.Key.whenFalse)
    trueLeaves = try attributes.value(of: Forest.Key.trueLeaves)
    falseLeaves = try attributes.value(of: Forest.Key.falseLeaves)
    tracksTrue = try attributes.value(of: Forest.Key.tracksTrue) ?? []
    try checkCounts(
      (Forest.Key.features.name, features.count),
      [
        (Forest.Key.modes.name, comparisons.count), (Forest.Key.splits.name, splits.count),
        (Forest.Key.whenTrue.name, whenTrue.count), (Forest.Key.whenFalse.name, whenFalse.count),
        (Forest.Key.trueLeaves.name, trueLeaves.count),
        (Forest.Key.falseLeaves.name, falseLeaves.count),
      ])
    if !tracksTrue.isEmpty {
      try checkCounts(
        (Forest.Key.features.name, features.count), [(Forest.Key.tracksTrue.name, tracksTrue.count)]
      )
    }
    var setCount: Int32 = 0
    setNumbers = comparisons.map { comparison in
      guard comparison == .member else { return 0 }
      defer { setCount += 1 }
      return setCount
    }
    memberSets = try Self.memberSets(attributes, count: Int(setCount))
  }

  /// Returns a branch whose destinations are checked.
  func branch(_ node: Int, leafCount: Int) throws(OperatorError) -> Forest.Branch {
    let whenTrue = try destination(whenTrue[node], isLeaf: trueLeaves[node] != 0, leafCount)
    let whenFalse = try destination(whenFalse[node], isLeaf: falseLeaves[node] != 0, leafCount)
    let isOnlyLeaf = whenTrue == whenFalse && whenTrue.branch == nil
    return Forest.Branch(
      comparison: comparisons[node],
      sendsMissingToTrue: !tracksTrue.isEmpty && tracksTrue[node] != 0,
      feature: isOnlyLeaf ? 0 : try Int32(feature: features[node]),
      memberSet: setNumbers[node], threshold: splits[node], whenTrue: whenTrue,
      whenFalse: whenFalse)
  }

  private func destination(
    _ index: Int, isLeaf: Bool, _ leafCount: Int
  ) throws(OperatorError) -> Forest.Destination {
    guard (0..<(isLeaf ? leafCount : count)).contains(index) else {
      throw OperatorError(
        .invalidAttribute,
        "a node of the trees leads to \(isLeaf ? "leaf" : "node") \(index), "
          + "there are \(isLeaf ? leafCount : count)")
    }
    return isLeaf ? .leaf(index) : .branch(index)
  }

  private static func comparisons(
    _ modes: Tensor
  ) throws(OperatorError) -> [Forest.Comparison] {
    guard modes.elementType == .uint8 else {
      throw OperatorError(.invalidAttribute, "nodes_modes holds \(modes.elementType), not uint8")
    }
    var comparisons: [Forest.Comparison] = []
    for mode in modes.scalars(of: UInt8.self) {
      guard let comparison = Forest.Comparison(rawValue: mode) else {
        throw OperatorError(
          .invalidAttribute, "nodes_modes has \(mode)",
          remedy: "modes are numbered from 0, BRANCH_LEQ, to 6, BRANCH_MEMBER")
      }
      comparisons.append(comparison)
    }
    return comparisons
  }

  /// Returns the sets that NaN ends one by one; behind the last set it may be missing.
  private static func memberSets(
    _ attributes: Attributes, count: Int
  ) throws(OperatorError) -> [[Double]] {
    let members =
      try attributes.value(of: Forest.Key.members)?.realList(of: Forest.Key.members.name) ?? []
    var sets = members.split(omittingEmptySubsequences: false) { $0.isNaN }.map { $0.sorted() }
    if members.last?.isNaN ?? true { sets.removeLast() }
    guard sets.count == count else {
      throw OperatorError(
        .invalidAttribute,
        "membership_values has \(sets.count) sets for \(count) nodes of the mode BRANCH_MEMBER",
        remedy: "end the members of each of these nodes with NaN")
    }
    return sets
  }
}
