public import IR

/// A local rewrite: it looks at one node and what is around it, and says what to change.
///
/// Matching and changing are apart: a rule that returns nil has changed nothing.
public struct RewriteRule: Sendable {
  /// Carries a match out.
  ///
  /// It holds ids alone: one that held the graph that was matched would make each change copy it.
  public typealias Change = (inout Rewriting) -> Void

  /// Looks at a node and returns the change to make, or nil.
  public typealias Match = @Sendable (NodeID, Model) -> Change?

  /// The operators of the default operator set whose nodes the rule looks at.
  public let operators: [String]

  /// Operators of the default operator set that every match has nodes of: where the graph has none,
  /// the rule is not tried.
  public let neededOperators: Set<String>

  public let match: Match

  /// Creates a rule for nodes of some operators of the default operator set.
  public init(of operators: String..., match: @escaping Match) {
    self.init(of: operators, match: match)
  }

  /// Creates a rule for nodes of some operators of the default operator set.
  public init(
    of operators: [String], needing neededOperators: Set<String> = [], match: @escaping Match
  ) {
    self.operators = operators
    self.neededOperators = neededOperators
    self.match = match
  }
}

/// A pass that applies rules wherever they match, until none does.
public struct RewritePass: Pass {
  public let name: String
  public let summary: String
  public let contract: NumericalContract
  private let driver: RewriteDriver
  private var layers: [LayerRule] = []

  public init(
    _ name: String, _ summary: String, _ contract: NumericalContract, rules: [RewriteRule],
    startingAtEnd: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.contract = contract
    driver = RewriteDriver(rules: rules, startingAtEnd: startingAtEnd)
  }

  /// Rules for layers may set `enabled`: whether a match may start at a node.
  public func configured(
    with settings: PassSettings, layers: [LayerRule]
  ) throws(PassError) -> any Pass {
    try settings.check(against: options, of: name)
    for rule in layers {
      try rule.settings.check(
        against: [PassOption("enabled", .flag(true), "whether nodes are rewritten")], of: name)
    }
    var pass = self
    pass.layers = layers
    return pass
  }

  public func run(on model: inout Model) -> Int { driver.run(on: &model, layers: layers) }
}
