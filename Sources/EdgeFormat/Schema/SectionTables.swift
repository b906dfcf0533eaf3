import FlatBuffers

/// Names of one graph.
enum GraphNamesTable {
  static let graph = TableField<String>(0, "graph")
  static let nodes = TableField<FlatTable>(1, "nodes", TextsTable.schema)
  static let values = TableField<FlatTable>(2, "values", TextsTable.schema)
  static let blocks = TableField<FlatTable>(3, "blocks", TextsTable.schema)
  static let outputs = TableField<FlatTable>(4, "outputs", TextsTable.schema)
  static let schema = TableSchema(
    "GraphNames",
    [graph.erased, nodes.erased, values.erased, blocks.erased, outputs.erased])
}

/// The root of a section of names.
enum NamesTable {
  static let graphs = TableField<FlatTables>(0, "graphs", GraphNamesTable.schema)
  static let schema = TableSchema("Names", [graphs.erased])
}

/// Which nodes of the source the nodes of one graph stand for.
enum GraphLineageTable {
  static let sourceNames = TableField<FlatTable>(0, "source_names", TextsTable.schema)
  static let sourceOperators = TableField<FlatTable>(column: 1, "source_operators")
  static let nodeSourceCounts = TableField<FlatTable>(column: 2, "node_source_counts")
  static let nodeSources = TableField<FlatTable>(column: 3, "node_sources")
  static let removed = TableField<FlatTable>(column: 4, "removed")
  static let schema = TableSchema(
    "GraphLineage",
    [
      sourceNames.erased, sourceOperators.erased, nodeSourceCounts.erased, nodeSources.erased,
      removed.erased,
    ])
}

/// The root of a section of lineage.
enum LineageTable {
  static let graphs = TableField<FlatTables>(0, "graphs", GraphLineageTable.schema)
  static let strings = TableField<FlatStrings>(1, "strings")
  static let operators = TableField<FlatTable>(2, "operators", OperatorsTable.schema)
  static let schema = TableSchema("Lineage", [graphs.erased, strings.erased, operators.erased])
}

/// The root of a section of annotations.
enum AnnotationsTable {
  static let producerName = TableField<String>(0, "producer_name")
  static let producerVersion = TableField<String>(1, "producer_version")
  static let domain = TableField<String>(2, "domain")
  static let texts = TableField<FlatTable>(3, "texts", TextsTable.schema)
  static let scopes = TableField<FlatVector<UInt8>>(4, "scopes")
  static let graphs = TableField<FlatTable>(column: 5, "graphs")
  static let elements = TableField<FlatTable>(column: 6, "elements")
  static let fields = TableField<FlatVector<UInt8>>(7, "fields")
  static let keys = TableField<FlatTable>(column: 8, "keys")
  static let values = TableField<FlatTable>(column: 9, "values")
  static let schema = TableSchema(
    "Annotations",
    [
      producerName.erased, producerVersion.erased, domain.erased, texts.erased, scopes.erased,
      graphs.erased, elements.erased, fields.erased, keys.erased, values.erased,
    ])
}
