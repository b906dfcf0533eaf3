import FlatBuffers

/// Nodes and values of a graph and of its subgraphs.
enum GraphTable {
  static let nodeOperators = TableField<FlatTable>(column: 0, "node_operators")
  static let nodeAttributes = TableField<FlatTable>(column: 1, "node_attributes")
  static let nodeInputCounts = TableField<FlatTable>(column: 2, "node_input_counts")
  static let nodeOutputCounts = TableField<FlatTable>(column: 3, "node_output_counts")
  static let inputs = TableField<FlatTable>(column: 4, "inputs")
  static let omittedOutputs = TableField<FlatTable>(column: 5, "omitted_outputs")
  static let valueTypes = TableField<FlatTable>(column: 6, "value_types")
  static let constants = TableField<FlatTable>(column: 7, "constants")
  static let outputs = TableField<FlatTable>(column: 8, "outputs")
  static let defaultInputs = TableField<FlatTable>(column: 9, "default_inputs")
  static let defaultTensors = TableField<FlatTable>(column: 10, "default_tensors")
  static let blockNodeCounts = TableField<FlatTable>(column: 11, "block_node_counts")
  static let blockInputCounts = TableField<FlatTable>(column: 12, "block_input_counts")
  static let blockConstantCounts = TableField<FlatTable>(column: 13, "block_constant_counts")
  static let blockOutputCounts = TableField<FlatTable>(column: 14, "block_output_counts")
  static let schema = TableSchema(
    "Graph",
    [
      nodeOperators.erased, nodeAttributes.erased, nodeInputCounts.erased,
      nodeOutputCounts.erased, inputs.erased, omittedOutputs.erased, valueTypes.erased,
      constants.erased, outputs.erased, defaultInputs.erased, defaultTensors.erased,
      blockNodeCounts.erased, blockInputCounts.erased, blockConstantCounts.erased,
      blockOutputCounts.erased,
    ])
}

/// A function that nodes call like an operator.
enum FunctionTable {
  static let domain = TableField<UInt32>(0, "domain")
  static let name = TableField<UInt32>(1, "name")
  static let overload = TableField<UInt32>(2, "overload")
  static let version = TableField<UInt32>(3, "version")
  static let attributes = TableField<FlatTable>(column: 4, "attributes")
  static let defaults = TableField<UInt32>(5, "defaults")
  static let operatorSetDomains = TableField<FlatTable>(column: 6, "operator_set_domains")
  static let operatorSetVersions = TableField<FlatTable>(column: 7, "operator_set_versions")
  static let graph = TableField<FlatTable>(8, "graph", GraphTable.schema)
  static let schema = TableSchema(
    "Function",
    [
      domain.erased, name.erased, overload.erased, version.erased, attributes.erased,
      defaults.erased, operatorSetDomains.erased, operatorSetVersions.erased, graph.erased,
    ])
}

/// Where values lie in the arena.
enum MemoryPlanTable {
  static let arenaSize = TableField<UInt64>(0, "arena_size")
  static let alignment = TableField<UInt32>(1, "alignment")
  static let offsets = TableField<FlatTable>(column: 2, "offsets")
  static let aliasValues = TableField<FlatTable>(column: 3, "alias_values")
  static let aliasTargets = TableField<FlatTable>(column: 4, "alias_targets")
  static let schema = TableSchema(
    "MemoryPlan",
    [
      arenaSize.erased, alignment.erased, offsets.erased, aliasValues.erased,
      aliasTargets.erased,
    ])
}
