import FlatBuffers
import FormatSupport
import IR
import Tensors

/// The names of a file's graphs, checked.
struct NameColumns {
  /// The names of one graph.
  struct GraphNames {
    var graph = ""
    var nodes: TextColumn
    var values: TextColumn
    var blocks: TextColumn
    var outputs: TextColumn

    /// Names that are all empty.
    init(empty graph: GraphLayout) {
      nodes = TextColumn(empty: graph.nodeOperators.count)
      values = TextColumn(empty: graph.valueCount)
      blocks = TextColumn(empty: graph.blocks.count - 1)
      outputs = TextColumn(empty: graph.outputs.count)
    }

    init(_ table: FlatTable, _ graph: GraphLayout) throws(FormatError) {
      self.graph = try table.value(of: GraphNamesTable.graph) ?? ""
      nodes = try table.texts(GraphNamesTable.nodes, count: graph.nodeOperators.count)
      values = try table.texts(GraphNamesTable.values, count: graph.valueCount)
      blocks = try table.texts(GraphNamesTable.blocks, count: graph.blocks.count - 1)
      outputs = try table.texts(GraphNamesTable.outputs, count: graph.outputs.count)
    }
  }

  private(set) var graphs: [GraphNames]
  /// Keeps the bytes of the columns alive.
  private let root: FlatTable?

  /// Makes empty names for graphs.
  init(empty graphs: [GraphLayout]) {
    self.graphs = graphs.map { GraphNames(empty: $0) }
    root = nil
  }

  init(_ root: FlatTable, _ graphs: [GraphLayout]) throws(FormatError) {
    self.graphs = []
    self.root = root
    let tables = try root.tables(NamesTable.graphs, count: graphs.count)
    for (index, graph) in graphs.enumerated() {
      self.graphs.append(
        try locating("graphs[\(index)]") { () throws(FormatError) in
          try GraphNames(tables.table(at: index), graph)
        })
    }
  }
}

/// The lineage of a file's graphs, checked.
struct LineageColumns {
  /// The lineage of one graph.
  struct GraphLineage {
    private let sourceNames: TextColumn
    private let sourceOperators: Column
    private let counts: Column?
    private let sources: Column
    private let removed: Column
    private let nodeCount: Int

    init(
      _ table: FlatTable, _ graph: GraphLayout, operatorCount: Int
    ) throws(FormatError) {
      nodeCount = graph.nodeOperators.count
      sourceOperators = try table.column(GraphLineageTable.sourceOperators)
      try sourceOperators.check(below: operatorCount, "operator")
      let sourceCount = sourceOperators.count
      sourceNames = try table.texts(GraphLineageTable.sourceNames, count: sourceCount)
      counts =
        try table.has(GraphLineageTable.nodeSourceCounts)
        ? table.column(GraphLineageTable.nodeSourceCounts, count: nodeCount) : nil
      sources = try table.column(
        GraphLineageTable.nodeSources, count: counts?.sum() ?? nodeCount)
      try sources.check(below: sourceCount, "source node")
      removed = try table.column(GraphLineageTable.removed)
      try removed.check(below: sourceCount, "source node")
      try removed.checkAscending()
      try forEachNode { (node, range) throws(FormatError) in
        for place in range.dropFirst() where sources[place] <= sources[place - 1] {
          throw sources.invalid("the sources of node \(node) do not ascend", at: place)
        }
      }
    }

    private func forEachNode(
      _ body: (Int, Range<Int>) throws(FormatError) -> Void
    ) throws(FormatError) {
      var start = 0
      for node in 0..<nodeCount {
        let end = start + (counts?[node] ?? 1)
        try body(node, start..<end)
        start = end
      }
    }

    /// Returns the nodes of the source.
    func makeSources(_ operators: [OperatorID]) -> [SourceNode] {
      (0..<sourceOperators.count).map { index in
        SourceNode(name: sourceNames[index], operatorID: operators[sourceOperators[index]])
      }
    }

    /// Returns the lineage of each node.
    func makeLineages() throws(FormatError) -> [Lineage] {
      var lineages: [Lineage] = []
      try forEachNode { (_, range) in
        lineages.append(Lineage(range.lazy.map { sources[$0] }))
      }
      return lineages
    }

    /// Returns the sources that nothing stands for any more.
    func makeRemoved() -> Lineage { Lineage((0..<removed.count).lazy.map { removed[$0] }) }
  }

  let operators: [OperatorID]
  private(set) var graphs: [GraphLineage] = []
  /// Keeps the bytes of the columns alive.
  private let root: FlatTable

  init(_ root: FlatTable, _ graphs: [GraphLayout]) throws(FormatError) {
    self.root = root
    let strings = try root.texts(LineageTable.strings)
    let columns = try OperatorColumns(
      root.value(of: LineageTable.operators), stringCount: strings.count)
    operators = columns.makeOperators(strings)
    let tables = try root.tables(LineageTable.graphs, count: graphs.count)
    for (index, graph) in graphs.enumerated() {
      self.graphs.append(
        try locating("graphs[\(index)]") { () throws(FormatError) in
          try GraphLineage(tables.table(at: index), graph, operatorCount: operators.count)
        })
    }
  }
}

/// What a file says for people, checked.
struct AnnotationColumns {
  /// Where an annotation belongs.
  struct Place: Hashable {
    var scope: AnnotationScope
    var graph: Int
    var element: Int
  }

  let producer: Model.Producer
  let domain: String

  /// The annotations by place.
  private(set) var entries: [Place: Annotations] = [:]

  init(_ root: FlatTable, _ graphs: [GraphLayout]) throws(FormatError) {
    producer = Model.Producer(
      name: try root.value(of: AnnotationsTable.producerName) ?? "",
      version: try root.value(of: AnnotationsTable.producerVersion) ?? "")
    domain = try root.value(of: AnnotationsTable.domain) ?? ""
    let texts =
      try root.value(of: AnnotationsTable.texts).map { (table) throws(FormatError) in
        try TextColumn(table)
      } ?? TextColumn(empty: 1)
    let scopes = Column(
      try root.value(of: AnnotationsTable.scopes) ?? FlatVector(), name: "scopes")
    let graphNumbers = try root.column(AnnotationsTable.graphs, count: scopes.count)
    let elements = try root.column(AnnotationsTable.elements, count: scopes.count)
    let fields = try root.bytes(AnnotationsTable.fields, count: scopes.count)
    let keys = try root.column(AnnotationsTable.keys, count: scopes.count)
    let values = try root.column(AnnotationsTable.values, count: scopes.count)
    try keys.check(below: texts.count, "text")
    try values.check(below: texts.count, "text")
    for index in 0..<scopes.count {
      guard let scope = AnnotationScope(rawValue: UInt8(scopes[index])),
        let field = AnnotationField(rawValue: UInt8(fields[index]))
      else { throw scopes.invalid("the scope or the field is not known", at: index) }
      let place = Place(scope: scope, graph: graphNumbers[index], element: elements[index])
      guard place.exists(in: graphs) else {
        throw elements.invalid("what the annotation belongs to does not exist", at: index)
      }
      let entry = MetadataEntry(key: texts[keys[index]], value: texts[values[index]])
      switch field {
      case .documentation: entries[place, default: Annotations()].documentation = entry.value
      case .metadata: entries[place, default: Annotations()].metadata.append(entry)
      case .quantization: entries[place, default: Annotations()].quantization.append(entry)
      }
    }
  }
}

extension AnnotationColumns.Place {
  fileprivate func exists(in graphs: [GraphLayout]) -> Bool {
    guard graph < graphs.count else { return false }
    switch scope {
    case .model: return graph == 0 && element == 0
    case .function: return graph > 0 && element == 0
    case .block: return element < graphs[graph].blocks.count
    case .node: return element < graphs[graph].nodeOperators.count
    case .value: return element < graphs[graph].valueCount
    }
  }
}

extension FlatTable {
  /// Returns a vector of tables that must have `count` of them.
  fileprivate func tables(
    _ field: TableField<FlatTables>, count: Int
  ) throws(FormatError) -> FlatTables {
    guard let tables = try value(of: field), tables.count == count else {
      throw FormatError(
        .invalid, "there is not one table for each of \(count) graphs", path: [field.name])
    }
    return tables
  }
}
