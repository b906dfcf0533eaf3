/// An error in the use of an operator.
public struct OperatorError: Error, Hashable, Sendable {
  /// What kind of defect the node has.
  public enum Code: String, Hashable, Sendable {
    /// No definition: neither an operator of the registry nor a function of the model.
    case unknownOperator
    case missingInput
    case wrongInputCount
    case wrongOutputCount
    case invalidType
    case invalidAttribute
    case incompatibleShapes
    /// An input's contents, such as an index out of range.
    case invalidValue
    /// More memory or steps than the limits allow.
    case limitExceeded
    /// Valid, but not implemented by this version.
    case unsupported
  }

  public var code: Code

  /// What was wrong, in lower case and with the values concerned.
  public var message: String

  /// The node concerned, as `Conv "conv1"`; empty until the error passes the node's evaluation.
  public var place: String

  /// What the reader of the message can do about it.
  public var remedy: String?

  public init(_ code: Code, _ message: String, remedy: String? = nil) {
    self.code = code
    self.message = message
    self.place = ""
    self.remedy = remedy
  }

  /// Returns the error with the node that it concerns, unless an inner node is named already.
  public func at(_ place: String) -> OperatorError {
    guard self.place.isEmpty else { return self }
    var error = self
    error.place = place
    return error
  }
}

extension OperatorError: CustomStringConvertible {
  /// The error on one line: place, message and remedy.
  public var description: String {
    "\(place.isEmpty ? "" : "\(place): ")\(message)\(remedy.map { "; \($0)" } ?? "")"
  }
}
