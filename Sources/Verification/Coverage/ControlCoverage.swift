/// What was executed of a condition or of a loop.
struct ControlCoverage: Sendable {
  /// Something that an execution of the node may do.
  enum Goal: String, Hashable, Sendable, CaseIterable {
    case thenBranch = "then"
    case elseBranch = "else"
    case noStep = "no step"
    case oneStep = "one step"
    case manySteps = "many steps"
  }

  let node: String
  let operatorName: String
  /// What is possible, as far as the graph tells.
  let goals: [Goal]
  /// Whether each block has nodes, so that its execution shows.
  let isVisible: [Bool]
  /// What decided on a condition that is executed next.
  var flag: Bool?
  private(set) var reached: Set<Goal> = []
  /// How often each block was executed since the node itself was.
  private var steps: [Int]

  /// Creates the record of a node: the blocks of a condition are those for true and for false.
  init(
    _ node: String, _ operatorName: String, goals: [Goal], isVisible: [Bool], flag: Bool? = nil
  ) {
    self.node = node
    self.operatorName = operatorName
    self.goals = goals
    self.isVisible = isVisible
    self.flag = flag
    steps = [Int](repeating: 0, count: isVisible.count)
  }

  mutating func addStep(of block: Int) { steps[block] += 1 }

  mutating func forgetSteps() {
    for block in steps.indices { steps[block] = 0 }
  }

  /// Concludes from the steps of the blocks what an execution of the node did.
  mutating func end() {
    if isVisible.count == 2 {
      if let taken = takenBranch { reached.insert(taken ? .thenBranch : .elseBranch) }
    } else if isVisible == [true] {
      reached.insert(steps[0] == 0 ? .noStep : steps[0] == 1 ? .oneStep : .manySteps)
    }
    forgetSteps()
  }

  /// Whether a condition was true; a block without nodes does not show when it is executed.
  private var takenBranch: Bool? {
    if steps[0] > 0 { return true }
    if steps[1] > 0 { return false }
    switch (isVisible[0], isVisible[1]) {
    case (true, false): return false
    case (false, true): return true
    default: return flag
    }
  }

  mutating func add(_ other: ControlCoverage) { reached.formUnion(other.reached) }

  /// The goals that are not reached.
  var missing: [Goal] { goals.filter { !reached.contains($0) } }
}
