public import IR

/// A transformation of a model that answers for the numbers it changes.
///
/// A pass is given a prepared model: every node is in the newest form of its operator, and types
/// are derived. It leaves a valid one whose inputs and outputs have the names they had.
public protocol Pass: Sendable {
  /// The name on the command line and in reports: a verb phrase such as `fold-constants`.
  var name: String { get }

  /// What the pass does, for people: a sentence without its full stop.
  var summary: String { get }

  /// What the pass promises about the outputs.
  var contract: NumericalContract { get }

  /// The settings with their values; none unless the pass says otherwise.
  var options: [PassOption] { get }

  /// Returns the pass with other settings, and with some for single nodes.
  ///
  /// - Throws: `invalidOption` for a setting that the pass does not have.
  func configured(
    with settings: PassSettings, layers: [LayerRule]
  ) throws(PassError) -> any Pass

  /// Returns the pass with data to learn from; the same unless the pass needs some.
  func calibrated(by activations: ActivationSource) -> any Pass

  /// Rewrites `model` and returns how many changes were made; none leave the model as it was.
  func run(on model: inout Model) throws(PassError) -> Int
}

extension Pass {
  public var options: [PassOption] { [] }

  public func calibrated(by activations: ActivationSource) -> any Pass { self }

  public func configured(
    with settings: PassSettings, layers: [LayerRule]
  ) throws(PassError) -> any Pass {
    try check(settings, layers)
    return self
  }

  /// Checks the settings of a pass that has none for layers.
  func check(_ settings: PassSettings, _ layers: [LayerRule]) throws(PassError) {
    try settings.check(against: options, of: name)
    guard layers.isEmpty else {
      throw PassError(.invalidOption, "it has no settings for layers", pass: name)
    }
  }
}

/// What keeps a pass from being run.
public struct PassError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    /// No pass has the name.
    case unknownPass
    /// An option has a value that it cannot have.
    case invalidOption
    /// No value or dimension has the name.
    case unknownValue
    /// A pipeline file that cannot be read.
    case invalidPipeline
    /// The model cannot be executed on the calibration data.
    case calibrationFailed
    /// A budget that the model cannot be brought to.
    case unreachableBudget
  }

  public var code: Code

  /// What was wrong, in lower case and with the values concerned.
  public var message: String

  /// The name of the pass; empty when none is concerned.
  public var pass: String

  /// What the reader of the message can do about it.
  public var remedy: String?

  public init(_ code: Code, _ message: String, pass: String = "", remedy: String? = nil) {
    self.code = code
    self.message = message
    self.pass = pass
    self.remedy = remedy
  }

  /// Returns the error of an option whose limit is below the least that is possible.
  static func unreachable(
    _ option: String, _ limit: Double, least: Double, of total: Double, pass: String
  ) -> PassError {
    PassError(
      .unreachableBudget,
      "\(option) allows \(limit.wholeText) of \(total.wholeText), the least is "
        + least.wholeText, pass: pass, remedy: "allow more, or prune layers that rules leave alone")
  }

  /// The error on one line: pass, message and remedy.
  public var description: String {
    "\(pass.isEmpty ? "" : "pass \(pass): ")\(message)\(remedy.map { "; \($0)" } ?? "")"
  }
}

extension Double {
  /// A number that is whole or large, without fraction.
  fileprivate var wholeText: String { Int64(exactly: rounded()).map { "\($0)" } ?? "\(self)" }
}
