import FlatBuffers
import FormatSupport
import IR

/// Operators by number, each once.
struct OperatorTable {
  private var domains: [UInt32] = []
  private var names: [UInt32] = []
  private var versions: [UInt32] = []
  private var overloads: [UInt32] = []
  private var numbers: [OperatorID: UInt32] = [:]

  /// Returns the number of an operator.
  mutating func number(
    of id: OperatorID, _ strings: inout StringTable
  ) throws(FormatError) -> UInt32 {
    if let number = numbers[id] { return number }
    let number = UInt32(names.count)
    domains.append(strings.number(of: id.domain))
    names.append(strings.number(of: id.name))
    versions.append(try fileVersion(id.version, of: id.description))
    overloads.append(strings.number(of: id.overload))
    numbers[id] = number
    return number
  }

  /// Adds the table to a buffer; nil when there are no operators.
  func add(to builder: inout FlatBufferBuilder) -> FlatOffset<FlatTable>? {
    guard !names.isEmpty else { return nil }
    let overloads = builder.addDerivedColumn(overloads)
    let versions = builder.addDerivedColumn(versions)
    let names = builder.addColumn(names)
    let domains = builder.addDerivedColumn(domains)
    return builder.addTable {
      $0.set(OperatorsTable.domains, to: domains)
      $0.set(OperatorsTable.names, to: names)
      $0.set(OperatorsTable.versions, to: versions)
      $0.set(OperatorsTable.overloads, to: overloads)
    }
  }
}

/// Returns the version of an operator or operator set as a file holds it.
func fileVersion(_ version: Int, of name: String) throws(FormatError) -> UInt32 {
  guard let number = UInt32(exactly: version) else {
    throw FormatError(
      .invalid, "version \(version) of \(name) does not fit in an .edge file",
      remedy: "correct the version of the operator set")
  }
  return number
}
