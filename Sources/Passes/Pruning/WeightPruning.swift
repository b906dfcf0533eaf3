/// The settings of ``PruneWeights`` for a node.
struct WeightPruning: Hashable {
  /// What the scores of weights are compared with.
  enum Scope: String, Hashable, CaseIterable {
    /// Those of all layers with the same settings.
    case global
    /// Those of the layer.
    case layer
    /// Those of the output channel.
    case row
  }

  /// What a weight counts.
  enum Importance: String, Hashable, CaseIterable {
    /// Its magnitude.
    case magnitude
    /// Its magnitude times that of what it is multiplied with.
    case activations
  }

  /// What is done about what is removed, with calibration data.
  enum Compensation: String, Hashable, CaseIterable {
    /// Nothing.
    case none
    /// Its mean goes to the bias.
    case mean
    /// The weights that are left are refitted; where that is not possible, the same as `mean`.
    case weights
  }

  var sparsity: Double
  var scope: Scope
  var pattern: SparsityPattern
  var importance: Importance
  var compensation: Compensation
  var isEnabled: Bool

  /// Reads the settings.
  ///
  /// - Throws: `invalidOption` that says what a setting may be.
  init(_ settings: PassSettings) throws(PassError) {
    sparsity = try settings.share("sparsity", of: PruneWeights.name)
    scope = try settings.choice("scope", of: PruneWeights.name)
    importance = try settings.choice("importance", of: PruneWeights.name)
    let text = settings.word("pattern") ?? ""
    guard let pattern = SparsityPattern(text) else {
      throw PassError(
        .invalidOption, "pattern is \"\(text)\"", pass: PruneWeights.name,
        remedy:
          "it is none, N:M with N below M such as 2:4, or block:ROWSxCOLUMNS such as block:4x1")
    }
    self.pattern = pattern
    compensation = try settings.choice("compensate", of: PruneWeights.name)
    isEnabled = settings.flag("enabled") ?? true
  }
}

extension PassSettings {
  /// The settings that options have.
  init(_ options: [PassOption]) {
    self.init(Dictionary(options.map { ($0.name, $0.value) }) { _, last in last })
  }

  /// A number from 0 to 1.
  ///
  /// - Throws: `invalidOption` when the number is another.
  func share(_ name: String, of pass: String) throws(PassError) -> Double {
    let share = number(name) ?? 0
    guard (0...1).contains(share) else {
      throw PassError(.invalidOption, "\(name) is \(share), it must be from 0 to 1", pass: pass)
    }
    return share
  }

  /// A whole number that is not negative.
  ///
  /// - Throws: `invalidOption` when the number is another.
  func amount(_ name: String, of pass: String) throws(PassError) -> Double {
    let amount = number(name) ?? 0
    guard amount >= 0, amount < 0x1p52, amount == amount.rounded() else {
      throw PassError(
        .invalidOption, "\(name) is \(amount), it must be a whole number from 0", pass: pass)
    }
    return amount
  }

  /// One of some words.
  ///
  /// - Throws: `invalidOption` with the words there are.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, of pass: String
  ) throws(PassError) -> Choice {
    let word = word(name) ?? ""
    guard let choice = Choice(rawValue: word) else {
      let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw PassError(
        .invalidOption, "\(name) is \"\(word)\"", pass: pass, remedy: "it is one of \(words)")
    }
    return choice
  }

  /// The budget of a lossy pass: not negative.
  func budget(of pass: String) throws(PassError) -> Double {
    let budget = number("budget") ?? 0
    guard budget >= 0, budget.isFinite else {
      throw PassError(.invalidOption, "budget is \(budget), it must not be negative", pass: pass)
    }
    return budget
  }
}
