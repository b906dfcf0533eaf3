import FormatSupport
import Operators

/// What ends a command early: a message for people and an exit status.
struct Failure: Error, CustomStringConvertible {
  let status: ExitStatus
  let message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  var description: String { "ferry: \(message)" }
}

extension Failure {
  /// Creates the failure of reading `path`.
  init(_ error: FormatError, reading path: String) {
    let status: ExitStatus = error.code == .unsupported ? .unsupported : .badInput
    self.init(status, "\(path): \(error)")
  }

  /// Creates the failure of writing `path`.
  init(_ error: FormatError, writing path: String) {
    let status: ExitStatus = error.code == .inputOutput ? .usage : .unsupported
    self.init(status, "\(path): \(error)")
  }

  /// Creates the failure of executing the model at `path`, on numbers that are made up or given.
  init(_ error: OperatorError, executing path: String, isMadeUp: Bool = false) {
    switch error.code {
    case .unknownOperator, .unsupported: self.init(.unsupported, "\(path): \(error)")
    case _ where isMadeUp && error.code != .limitExceeded:
      self.init(
        .usage,
        "\(path): cannot be executed on made-up inputs: \(error)\n"
          + "  remedy: give inputs that the model is made for with --inputs")
    default: self.init(.badInput, "\(path): \(error)")
    }
  }
}
