import FlatBuffers
import FormatSupport

extension TargetProfile {
  /// Reads the table of a file.
  init(_ table: FlatTable) throws(FormatError) {
    self.init(
      name: try table.value(of: TargetTable.name) ?? "",
      processor: try table.value(of: TargetTable.processor) ?? "",
      features: try table.texts(TargetTable.features),
      arenaLimit: Int(clamping: try table.value(of: TargetTable.arenaLimit)))
  }
}

extension Provenance {
  /// Reads the table of a file.
  init(_ table: FlatTable) throws(FormatError) {
    let names = try table.texts(ProvenanceTable.passes)
    let options = try table.texts(ProvenanceTable.passOptions)
    guard options.isEmpty || options.count == names.count else {
      throw FormatError(
        .invalid, "\(options.count) options do not fit \(names.count) passes",
        path: [ProvenanceTable.passOptions.name])
    }
    let passes = names.enumerated().map { index, name in
      Pass(name: name, options: options.isEmpty ? "" : options[index])
    }
    self.init(
      sourceHash: try table.hash(ProvenanceTable.sourceHash),
      sourceName: try table.value(of: ProvenanceTable.sourceName) ?? "",
      tool: try table.value(of: ProvenanceTable.tool) ?? "",
      toolVersion: try table.value(of: ProvenanceTable.toolVersion) ?? "",
      passes: passes, ledger: try Self.readLedger(table, passCount: names.count),
      calibrationHash: try table.hash(ProvenanceTable.calibrationHash))
  }

  private static func readLedger(
    _ table: FlatTable, passCount: Int
  ) throws(FormatError) -> [LedgerEntry] {
    let metrics = try table.texts(ProvenanceTable.ledgerMetrics)
    let values = try table.value(of: ProvenanceTable.ledgerValues) ?? FlatVector()
    let passes = try table.column(ProvenanceTable.ledgerPasses, count: metrics.count)
    try passes.check(below: passCount, "pass")
    guard values.count == metrics.count else {
      throw FormatError(
        .invalid, "\(values.count) figures do not fit \(metrics.count) names",
        path: [ProvenanceTable.ledgerValues.name])
    }
    return metrics.enumerated().map { index, metric in
      LedgerEntry(pass: passes[index], metric: metric, value: values[index])
    }
  }
}

extension FlatTable {
  /// Returns a SHA-256, or nothing when it is left out.
  fileprivate func hash(
    _ field: TableField<FlatVector<UInt8>>
  ) throws(FormatError) -> [UInt8] {
    guard let vector = try value(of: field) else { return [] }
    guard vector.count == MerkleTree.hashSize else {
      throw FormatError(
        .invalid, "a hash has \(vector.count) bytes instead of 32", at: vector.fileOffset,
        path: [field.name])
    }
    return Array(vector)
  }
}
