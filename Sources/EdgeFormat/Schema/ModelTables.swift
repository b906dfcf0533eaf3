import FlatBuffers

/// The device that the model was made for.
enum TargetTable {
  static let name = TableField<String>(0, "name")
  static let processor = TableField<String>(1, "processor")
  static let features = TableField<FlatStrings>(2, "features")
  static let arenaLimit = TableField<UInt64>(3, "arena_limit")
  static let schema = TableSchema(
    "Target", [name.erased, processor.erased, features.erased, arenaLimit.erased])
}

/// How the file came to be.
enum ProvenanceTable {
  static let sourceHash = TableField<FlatVector<UInt8>>(0, "source_hash")
  static let sourceName = TableField<String>(1, "source_name")
  static let tool = TableField<String>(2, "tool")
  static let toolVersion = TableField<String>(3, "tool_version")
  static let passes = TableField<FlatStrings>(4, "passes")
  static let passOptions = TableField<FlatStrings>(5, "pass_options")
  static let ledgerPasses = TableField<FlatTable>(column: 6, "ledger_passes")
  static let ledgerMetrics = TableField<FlatStrings>(7, "ledger_metrics")
  static let ledgerValues = TableField<FlatVector<Double>>(8, "ledger_values")
  static let calibrationHash = TableField<FlatVector<UInt8>>(9, "calibration_hash")
  static let schema = TableSchema(
    "Provenance",
    [
      sourceHash.erased, sourceName.erased, tool.erased, toolVersion.erased, passes.erased,
      passOptions.erased, ledgerPasses.erased, ledgerMetrics.erased, ledgerValues.erased,
      calibrationHash.erased,
    ])
}

/// The root of the FlatBuffer at the start of the file.
enum ModelTable {
  static let sectionTable = TableField<FlatVector<UInt8>>(0, "section_table")
  static let graph = TableField<FlatTable>(1, "graph", GraphTable.schema)
  static let functions = TableField<FlatTables>(2, "functions", FunctionTable.schema)
  static let strings = TableField<FlatStrings>(3, "strings")
  static let byteStrings = TableField<FlatTables>(4, "byte_strings", BytesTable.schema)
  static let types = TableField<FlatTable>(5, "types", TypesTable.schema)
  static let tensors = TableField<FlatTable>(6, "tensors", TensorsTable.schema)
  static let attributes = TableField<FlatTable>(7, "attributes", AttributesTable.schema)
  static let operators = TableField<FlatTable>(8, "operators", OperatorsTable.schema)
  static let operatorSetDomains = TableField<FlatTable>(column: 9, "operator_set_domains")
  static let operatorSetVersions = TableField<FlatTable>(column: 10, "operator_set_versions")
  static let inputNames = TableField<FlatStrings>(11, "input_names")
  static let outputNames = TableField<FlatStrings>(12, "output_names")
  static let sourceVersion = TableField<Int64>(13, "source_version")
  static let memoryPlan = TableField<FlatTable>(14, "memory_plan", MemoryPlanTable.schema)
  static let target = TableField<FlatTable>(15, "target", TargetTable.schema)
  static let provenance = TableField<FlatTable>(16, "provenance", ProvenanceTable.schema)
  static let schema = TableSchema(
    "Model",
    [
      sectionTable.erased, graph.erased, functions.erased, strings.erased, byteStrings.erased,
      types.erased, tensors.erased, attributes.erased, operators.erased,
      operatorSetDomains.erased, operatorSetVersions.erased, inputNames.erased,
      outputNames.erased, sourceVersion.erased, memoryPlan.erased, target.erased,
      provenance.erased,
    ])
}
