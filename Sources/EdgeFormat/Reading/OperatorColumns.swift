import FlatBuffers
import FormatSupport
import IR

/// The operators of a file, checked (§4 of Docs/EdgeFormat.md).
struct OperatorColumns {
  let count: Int
  private let domains: Column
  private let names: Column
  private let versions: Column
  private let overloads: Column

  init(_ table: FlatTable?, stringCount: Int) throws(FormatError) {
    guard let table else {
      let none = Column(zeros: 0, name: "")
      (domains, names, versions, overloads, count) = (none, none, none, none, 0)
      return
    }
    names = try table.column(OperatorsTable.names)
    count = names.count
    domains = try table.column(OperatorsTable.domains, count: count)
    versions = try table.column(OperatorsTable.versions, count: count)
    overloads = try table.column(OperatorsTable.overloads, count: count)
    for column in [names, domains, overloads] {
      try column.check(below: stringCount, "string")
    }
    try versions.check(below: 1 << 32, "version")
  }

  /// Returns the operators as nodes hold them.
  func makeOperators(_ strings: [String]) -> [OperatorID] {
    (0..<count).map { index in
      OperatorID(
        strings[names[index]], domain: strings[domains[index]], version: versions[index],
        overload: strings[overloads[index]])
    }
  }
}

/// Operator sets and their versions, checked.
struct OperatorSetColumns {
  private let domains: Column
  private let versions: Column

  init(
    _ table: FlatTable, domains: TableField<FlatTable>, versions: TableField<FlatTable>,
    _ strings: [String]
  ) throws(FormatError) {
    self.versions = try table.column(versions)
    self.domains = try table.column(domains, count: self.versions.count)
    try self.domains.check(below: strings.count, "string")
    try self.versions.check(below: 1 << 32, "version")
    for index in 0..<max(self.domains.count - 1, 0) {
      let (left, right) = (strings[self.domains[index]], strings[self.domains[index + 1]])
      guard left.utf8.lexicographicallyPrecedes(right.utf8) else {
        throw self.domains.invalid("operator sets are not in order", at: index + 1)
      }
    }
  }

  /// Returns the versions by domain.
  func makeSets(_ strings: [String]) -> [String: Int] {
    var sets: [String: Int] = [:]
    for index in 0..<domains.count { sets[strings[domains[index]]] = versions[index] }
    return sets
  }
}
