import Tensors

/// Decision trees, checked once: every walk from a root ends at a leaf, every vote has a target.
///
/// All operators on trees share this form; ``init(_:votes:targetCount:)`` reads the attributes of
/// the classifier and the regressor, ``init(_:targetCount:)`` those of `TreeEnsemble`.
struct Forest {
  /// What a branch asks of a feature, numbered as `TreeEnsemble` does.
  enum Comparison: UInt8 {
    case lessOrEqual, less, greaterOrEqual, greater, equal, notEqual, member
  }

  /// A node that compares a feature.
  struct Branch {
    var comparison: Comparison
    /// Whether a missing feature, NaN, is sent where the comparison is true.
    var sendsMissingToTrue: Bool
    var feature: Int32
    /// Which of ``memberSets`` the feature is looked for in.
    var memberSet: Int32 = 0
    var threshold: Double
    var whenTrue: Destination
    var whenFalse: Destination
  }

  /// Where a walk goes: to a branch, or to a leaf, where it ends.
  struct Destination: Equatable {
    private let code: Int32

    static func branch(_ index: Int) -> Destination { Destination(code: Int32(index)) }
    static func leaf(_ index: Int) -> Destination { Destination(code: ~Int32(index)) }

    var branch: Int? { code >= 0 ? Int(code) : nil }
    /// The leaf.
    ///
    /// - Precondition: ``branch`` is nil.
    var leaf: Int { Int(~code) }
  }

  /// What a leaf adds to one target.
  struct Vote {
    var target: Int
    var weight: Double
  }

  let branches: [Branch]
  /// The start of each tree.
  let roots: [Destination]
  /// The votes, leaf by leaf.
  let votes: [Vote]
  /// The first vote of each leaf, and behind the last leaf the number of votes.
  let voteStarts: [Int]
  /// For each branch that asks for members, those in ascending order.
  let memberSets: [[Double]]
  /// The greatest number of a feature that a branch looks at.
  let greatestFeature: Int

  /// The most nodes that destinations can tell apart.
  static let maximumCount = Int(Int32.max)

  /// Creates trees of parts whose indices are in range.
  ///
  /// - Throws: `invalidAttribute` when a node can be reached from itself.
  init(
    branches: [Branch], roots: [Destination], votes: [Vote], voteStarts: [Int],
    memberSets: [[Double]] = []
  ) throws(OperatorError) {
    self.branches = branches
    self.roots = roots
    self.votes = votes
    self.voteStarts = voteStarts
    self.memberSets = memberSets
    greatestFeature = branches.reduce(-1) { max($0, Int($1.feature)) }
    try checkForCycles()
  }

  /// Walks depth first from every root; a branch that is met while it is on the path is in a cycle.
  private func checkForCycles() throws(OperatorError) {
    enum State { case unseen, onPath, done }
    var states = [State](repeating: .unseen, count: branches.count)
    var pending = roots.compactMap(\.branch)
    while let branch = pending.last {
      guard states[branch] == .unseen else {
        states[branch] = .done
        pending.removeLast()
        continue
      }
      states[branch] = .onPath
      for next in [branches[branch].whenTrue, branches[branch].whenFalse] {
        guard let next = next.branch else { continue }
        guard states[next] != .onPath else {
          throw OperatorError(
            .invalidAttribute, "branch \(next) of the trees can be reached from itself",
            remedy: "the ids of the nodes that branches lead to must make trees")
        }
        if states[next] == .unseen { pending.append(next) }
      }
    }
  }
}

extension Forest.Branch {
  /// Whether a feature is sent where the comparison is true.
  @inline(__always)
  func isTrue(for feature: Double, in memberSets: [[Double]]) -> Bool {
    if feature.isNaN { return sendsMissingToTrue }
    return switch comparison {
    case .lessOrEqual: feature <= threshold
    case .less: feature < threshold
    case .greaterOrEqual: feature >= threshold
    case .greater: feature > threshold
    case .equal: feature == threshold
    case .notEqual: feature != threshold
    case .member: contains(feature, in: memberSets[Int(memberSet)])
    }
  }

  private func contains(_ feature: Double, in members: [Double]) -> Bool {
    var range = members.startIndex..<members.endIndex
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      if members[middle] == feature { return true }
      range =
        members[middle] < feature ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return false
  }
}
