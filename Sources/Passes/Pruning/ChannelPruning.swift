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

  /// What the model may still need.
  enum Limit: Hashable {
    case amount(Double, of: ModelResource)
    /// In proportion to what it needs.
    case share(Double, of: ModelResource)
  }

  var ratio = 0.25
  /// What has to be kept to; nil where the ratio is of channels.
  var limit: Limit?
  /// The option that sets the limit; nil where that is the ratio, which may be missed.
  var limitOption: String?
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
    scope = try settings.choice("scope", of: name)
    importance = try settings.choice("importance", of: name)
    compensation = try settings.choice("compensate", of: name)
    budget = try settings.budget(of: name)
    let multiple = settings.number("multiple") ?? 1
    guard (1...4096).contains(multiple), multiple == multiple.rounded() else {
      throw PassError(
        .invalidOption, "multiple is \(multiple), it must be a whole number from 1 to 4096",
        pass: name)
    }
    self.multiple = Int(multiple)
    let measure: Measure = try settings.choice("of", of: name)
    limit = measure == .parameters ? .share(1 - ratio, of: .parameters) : nil
    try setLimit(by: settings)
  }

  /// Sets the limit that is given in the place of the ratio, if one is.
  private mutating func setLimit(by settings: PassSettings) throws(PassError) {
    let name = PruneChannels.name
    let limits: [(option: String, limit: Limit)] = [
      ("parameters", .amount(try settings.amount("parameters", of: name), of: .parameters)),
      ("size", .amount(try settings.amount("size", of: name), of: .bytes)),
      ("latency", .share(try settings.share("latency", of: name), of: .operations)),
    ].filter { settings.number($0.0) ?? 0 > 0 }
    guard limits.count <= 1 else {
      throw PassError(
        .invalidOption, "\(limits.map(\.option).joined(separator: " and ")) are both given",
        pass: name, remedy: "give one of parameters, size and latency")
    }
    guard let (option, limit) = limits.first else { return }
    (limitOption, self.limit) = (option, limit)
  }
}

extension ChannelPruning.Limit {
  /// What is limited.
  var resource: ModelResource {
    switch self {
    case .amount(_, let resource), .share(_, let resource): resource
    }
  }

  /// The most that may be left of `total`.
  func amount(of total: Double) -> Double {
    switch self {
    case .amount(let amount, _): amount
    case .share(let share, _): (share * total).rounded(.down)
    }
  }
}
