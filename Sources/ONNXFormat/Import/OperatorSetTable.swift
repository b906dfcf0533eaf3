import CONNX
import FormatSupport
import IR

/// The operator sets that a model or a function imports, and the operators looked up in them.
final class OperatorSetTable {
  /// The version of each operator set by domain.
  let versions: [String: Int]

  private let log: ImportLog
  private var standardOperators: [NameKey: OperatorID] = [:]

  /// Reads the imports; a model without any is one of the first, when there was one version only.
  init(
    _ imports: UnsafeBufferPointer<UnsafePointer<Onnx__OperatorSetIdProto>>, log: ImportLog
  ) {
    var versions: [String: Int] = [:]
    for (index, message) in imports.enumerated() {
      // The constructor shortens "ai.onnx", the long name of the default domain.
      let domain = OperatorID("", domain: String(field: message.pointee.domain)).domain
      let version = Int(message.pointee.version)
      _ = log.within("opset_import[\(index)]") { () throws(FormatError) in
        guard (1...Int(Int32.max)).contains(version) else {
          throw FormatError(
            .invalid, "version \(version) of domain \(domain.quotedBriefly) is no version"
          )
          .advising("versions begin at 1")
        }
        if let other = versions[domain], other != version {
          log.note(
            "of several imports of domain \(domain.quotedBriefly) the highest version counts")
        }
        versions[domain] = max(version, versions[domain] ?? 0)
      }
    }
    if imports.isEmpty {
      log.note("no operator set is imported; version 1 is assumed")
      versions[""] = 1
    }
    self.versions = versions
    self.log = log
  }

  /// Returns the operator that a node names, in the version that is imported.
  func operatorID(of node: Onnx__NodeProto) throws(FormatError) -> OperatorID {
    let domain = NameKey(node.domain)
    let overload = NameKey(node.overload)
    guard domain.isEmpty, overload.isEmpty else {
      return try makeOperatorID(node, domain: domain.text, overload: overload.text)
    }
    let name = NameKey(node.op_type)
    if let known = standardOperators[name] { return known }
    let operatorID = try makeOperatorID(node, domain: "", overload: "")
    standardOperators[name] = operatorID
    return operatorID
  }

  private func makeOperatorID(
    _ node: Onnx__NodeProto, domain: String, overload: String
  ) throws(FormatError) -> OperatorID {
    var operatorID = OperatorID(String(field: node.op_type), domain: domain, overload: overload)
    guard !operatorID.name.isEmpty else {
      throw FormatError(.invalid, "the node names no operator").advising("set op_type")
    }
    guard let version = versions[operatorID.domain] else {
      guard !operatorID.domain.isEmpty else {
        throw FormatError(.invalid, "operators of ai.onnx are used, but the domain is not imported")
          .advising("add it to opset_import")
      }
      log.note(
        "domain \(operatorID.domain.quotedBriefly) is not imported; its operators have no version")
      return operatorID
    }
    operatorID.version = version
    return operatorID
  }
}
