/// The name of an operator as one version of its operator set defines it.
public struct OperatorID: Hashable, Sendable {
  /// The operator set; the default set `ai.onnx` is written as the empty string.
  public var domain: String

  public var name: String

  /// A version of the operator set: the definition in force at that version applies.
  public var version: Int

  /// Which of several model-local functions of the same name is meant; empty for operators.
  public var overload: String

  public init(_ name: String, domain: String = "", version: Int = 0, overload: String = "") {
    self.name = name
    self.domain = domain == "ai.onnx" ? "" : domain
    self.version = version
    self.overload = overload
  }

  /// Whether the operator is that of the default operator set with the given name, at any version.
  public func isStandard(_ name: String) -> Bool { self.name == name && domain.isEmpty }
}

extension OperatorID: CustomStringConvertible {
  /// The operator as the text form writes it, such as `Conv.22` or `com.microsoft::Gelu.1`.
  public var description: String {
    let prefix = domain.isEmpty ? "" : "\(domain)::"
    let suffix = overload.isEmpty ? "" : ":\(overload)"
    return version == 0 ? "\(prefix)\(name)\(suffix)" : "\(prefix)\(name).\(version)\(suffix)"
  }
}
