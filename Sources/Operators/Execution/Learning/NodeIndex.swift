/// Finds the nodes of trees by the ids of the tree and of the node.
///
/// Exporters list the nodes of a tree side by side in the order of their ids; then the place of a
/// node is computed. Otherwise a table of all ids is made.
struct NodeIndex {
  private struct Key: Hashable {
    var tree: Int
    var id: Int
  }

  private let trees: [Int]
  private let ids: [Int]
  private var firsts: [Int: Int] = [:]
  private var table: [Key: Int]?

  /// The first node of each tree, in the order of the list.
  private(set) var firstNodes: [Int] = []

  /// Creates the index of nodes with the given ids.
  ///
  /// - Throws: `invalidAttribute` when a tree has an id twice.
  init(trees: [Int], ids: [Int]) throws(OperatorError) {
    self.trees = trees
    self.ids = ids
    var isRegular = true
    for node in trees.indices {
      guard node == 0 || trees[node] != trees[node - 1] else {
        isRegular = isRegular && ids[node - 1] < Int.max && ids[node] == ids[node - 1] + 1
        continue
      }
      if firsts[trees[node]] == nil {
        firsts[trees[node]] = node
        firstNodes.append(node)
      } else {
        isRegular = false
      }
    }
    if !isRegular { table = try Self.table(trees, ids) }
  }

  /// Returns the place of a node in the list.
  ///
  /// - Throws: `invalidAttribute` when the tree has no such node.
  func node(_ id: Int, ofTree tree: Int) throws(OperatorError) -> Int {
    if let place = table == nil ? computedPlace(id, tree) : table?[Key(tree: tree, id: id)] {
      return place
    }
    throw OperatorError(.invalidAttribute, "tree \(tree) has no node \(id)")
  }

  private func computedPlace(_ id: Int, _ tree: Int) -> Int? {
    guard let first = firsts[tree] else { return nil }
    let (distance, overflow) = id.subtractingReportingOverflow(ids[first])
    guard !overflow, distance >= 0, distance < ids.count - first else { return nil }
    return trees[first + distance] == tree ? first + distance : nil
  }

  private static func table(
    _ trees: [Int], _ ids: [Int]
  ) throws(OperatorError) -> [Key: Int] {
    var table: [Key: Int] = [:]
    table.reserveCapacity(ids.count)
    for node in ids.indices {
      let previous = table.updateValue(node, forKey: Key(tree: trees[node], id: ids[node]))
      guard previous == nil else {
        throw OperatorError(
          .invalidAttribute, "tree \(trees[node]) has the node \(ids[node]) twice")
      }
    }
    return table
  }
}
