/// The settings of ``PruneChannels``.
struct ChannelPruning: Hashable {
  enum Scope: String, Hashable, CaseIterable {
    /// All layers with the same ratio.
    case global
    /// Each layer on its own.
    case layer
  }

  enum Measure: String, Hashable, CaseIterable {
    case channels
    case parameters
  }

  var ratio = 0.25
  var measure = Measure.channels
  /// The most parameters that are left; nil for any.
  var parameterLimit: Int?
  var scope = Scope.global
  var multiple = 1
  var importance = WeightPruning.Importance.activations
  var compensation = WeightPruning.Compensation.weights
  var budget = 0.3

  init() {}

  /// Reads the settings.
  ///
  /// - Throws: `invalidOption` that says what a setting may be.
  init(_ settings: PassSettings) throws(PassError) {
    let name = PruneChannels.name
    ratio = try settings.share("ratio", of: name)
    measure = try settings.choice("of", of: name)
    scope = try settings.choice("scope", of: name)
    importance = try settings.choice("importance", of: name)
    compensation = try settings.choice("compensate", of: name)
    budget = try settings.budget(of: name)
    let limit = settings.number("parameters") ?? 0
    let multiple = settings.number("multiple") ?? 1
    guard limit >= 0, limit < 0x1p52, limit == limit.rounded() else {
      throw PassError(
        .invalidOption, "parameters is \(limit), it must be a whole number from 0", pass: name)
    }
    guard (1...4096).contains(multiple), multiple == multiple.rounded() else {
      throw PassError(
        .invalidOption, "multiple is \(multiple), it must be a whole number from 1 to 4096",
        pass: name)
    }
    parameterLimit = limit > 0 ? Int(limit) : nil
    self.multiple = Int(multiple)
  }

  /// The most parameters that may be left of `total`; nil when channels are counted.
  func limit(of total: Int) -> Int? {
    if let parameterLimit { return parameterLimit }
    return measure == .parameters ? Int((1 - ratio) * Double(total)) : nil
  }
}
