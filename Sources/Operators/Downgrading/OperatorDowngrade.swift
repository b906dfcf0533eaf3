import IR
import Tensors

/// Rewrites a node so that operator sets before one version can express it: the counterpart of an
/// ``OperatorUpgrade``.
///
/// Applied to nodes of the newest form when a model is written for an operator set below `version`,
/// newest rule first.
struct OperatorDowngrade: Sendable {
  typealias Rewrite = @Sendable (DowngradedNode) throws(OperatorError) -> Void

  /// The version of the operator set whose form the rule gives up.
  let version: Int

  /// Whether the rewritten nodes compute the same bits; otherwise they may round differently.
  let isExact: Bool

  /// Changes the node, or puts others in its place.
  ///
  /// Throws `unsupported` with the reason when the older form cannot express what the node does.
  let rewrite: Rewrite

  init(from version: Int, isExact: Bool = true, _ rewrite: @escaping Rewrite) {
    self.version = version
    self.isExact = isExact
    self.rewrite = rewrite
  }
}

/// The rules for the operators of the default operator set, by name.
///
/// What needs none, since a version only widened the types or added attributes that have a default,
/// is left to the check against ``OlderForms``.
struct DowngradeRules: Sendable {
  private let rules: [String: [OperatorDowngrade]]

  init(_ rules: [String: [OperatorDowngrade]]) { self.rules = rules }

  /// Returns the rules that lead to an operator set, in the order in which they apply.
  func rules(for id: OperatorID, before version: Int) -> [OperatorDowngrade] {
    guard id.domain.isEmpty, let rules = rules[id.name] else { return [] }
    return rules.filter { $0.version > version }.sorted { $0.version > $1.version }
  }

  private init(joining parts: [DowngradeRules]) {
    rules = parts.reduce(into: [:]) { $0.merge($1.rules) { $0 + $1 } }
  }

  /// Every rule of this version.
  static let standard = DowngradeRules(joining: [
    .arguments, .arithmetic, .attention, .attributes, .axes, .functions, .normalizations, .resizing,
  ])
}
