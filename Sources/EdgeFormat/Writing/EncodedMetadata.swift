import FlatBuffers
import FormatSupport
import IR

/// The FlatBuffer of a file, complete but for what is known only when the sections are written.
struct EncodedMetadata {
  /// The FlatBuffer; header and section table are zeros.
  var bytes: [UInt8]
  var header = EdgeHeader()
  var sections: [PendingSection]

  /// Encodes a model.
  init(_ model: Model, _ options: EdgeWriter.Options) throws(FormatError) {
    var parts = try ModelParts(model, options)
    sections = parts.makeSections(options)
    var builder = FlatBufferBuilder(capacity: 1 << 12)
    let root = try parts.addModel(model, options, to: &builder, sectionCount: sections.count)
    guard builder.count < FlatBuffer.maximumSize - (1 << 12) else {
      throw FormatError(
        .limitExceeded, "the graph takes \(builder.count) bytes, more than a FlatBuffer can hold",
        remedy: "move large attributes into constants")
    }
    bytes = builder.finish(
      root: root.table, identifier: EdgeHeader.identifier,
      reserving: EdgeHeader.size - 8)
    header.flatBufferSize = bytes.count
    header.sectionCount = sections.count
    if let table = root.sectionTable {
      header.sectionTableOffset = table.position(inBufferOf: bytes.count) + 4
    }
    header.modelVersion = options.modelVersion ?? UInt64(max(model.modelVersion, 0))
    header.requiredFeatures = parts.requiredFeatures(model, sections)
    header.optionalFeatures = Self.optionalFeatures(sections, options)
  }

  private static func optionalFeatures(
    _ sections: [PendingSection], _ options: EdgeWriter.Options
  ) -> OptionalFeatures {
    var features: OptionalFeatures = []
    for section in sections { features.formUnion(section.kind.feature ?? []) }
    if options.memoryPlan != nil { features.insert(.memoryPlan) }
    if options.target != nil { features.insert(.target) }
    if options.provenance != nil { features.insert(.provenance) }
    return features
  }
}

extension SectionKind {
  /// The feature that a file with such a section declares, where there is one.
  var feature: OptionalFeatures? {
    switch self {
    case .names: .names
    case .lineage: .lineage
    case .annotations: .annotations
    case .leafHashes: .leafHashes
    default: nil
    }
  }
}

/// A model in columns, before it is laid out.
private struct ModelParts {
  var tables: SharedTables
  let graph: GraphColumns
  var functions: [GraphColumns] = []
  private var names = NamesEncoder()
  private var lineage = LineageEncoder()
  private var annotations = AnnotationsEncoder()

  init(_ model: Model, _ options: EdgeWriter.Options) throws(FormatError) {
    tables = SharedTables(storesSparse: options.storesSparse)
    graph = try GraphColumns(model.graph, &tables)
    for function in model.functions {
      functions.append(try GraphColumns(function.graph, &tables))
    }
    let graphs = [(model.graph, graph)] + zip(model.functions.map(\.graph), functions)
    annotations.append(model)
    for (number, (graph, columns)) in graphs.enumerated() {
      if options.keepsNames { names.append(graph, columns.numbering, isModel: number == 0) }
      if options.keepsLineage { try lineage.append(graph, columns.numbering) }
      if options.keepsAnnotations {
        annotations.append(graph, columns.numbering, number: number)
      }
    }
  }

  /// Returns the sections in the order of the file: those that may be left out come last.
  mutating func makeSections(_ options: EdgeWriter.Options) -> [PendingSection] {
    var sections: [PendingSection] = []
    if tables.tensors.sectionSize > 0 {
      let contents = PendingSection.Contents.tensors(
        tables.tensors.placements, size: tables.tensors.sectionSize)
      let size = tables.tensors.sectionSize
      let isPaged = options.alignsToPages || size >= TensorSection.largeSize
      let alignment = isPaged ? 4096 : TensorPlacement.unit
      sections.append(PendingSection(kind: .tensors, contents: contents, alignment: alignment))
    }
    let texts: [(SectionKind, [UInt8]?)] = [
      (.names, options.keepsNames ? names.finish() : nil),
      (.lineage, options.keepsLineage ? lineage.finish() : nil),
      (.annotations, options.keepsAnnotations ? annotations.finish() : nil),
    ]
    for case (let kind, let bytes?) in texts {
      let compressed = options.compressesText ? ZlibCodec.compress(bytes) : nil
      sections.append(
        PendingSection(
          kind: kind, contents: .bytes(compressed ?? bytes),
          codec: compressed == nil ? .raw : .zlib, rawLength: bytes.count))
    }
    if options.storesLeafHashes, !sections.isEmpty {
      sections.append(PendingSection(kind: .leafHashes, contents: .leafHashes))
    }
    return sections
  }

  func requiredFeatures(_ model: Model, _ sections: [PendingSection]) -> RequiredFeatures {
    var features = tables.tensors.features
    if sections.contains(where: { $0.codec == .zlib }) { features.insert(.compression) }
    if ([graph] + functions).contains(where: \.hasSubgraphs) { features.insert(.subgraphs) }
    if !functions.isEmpty { features.insert(.functions) }
    if tables.types.hasNonTensors { features.insert(.nonTensors) }
    return features
  }
}

// MARK: - Layout

extension ModelParts {
  typealias Root = (table: FlatOffset<FlatTable>, sectionTable: FlatOffset<FlatVector<UInt8>>?)

  /// Adds everything to a buffer, the root last; the section table comes directly behind the root.
  mutating func addModel(
    _ model: Model, _ options: EdgeWriter.Options, to builder: inout FlatBufferBuilder,
    sectionCount: Int
  ) throws(FormatError) -> Root {
    let functions = try addFunctions(of: model, to: &builder)
    let sets = try addOperatorSets(model.operatorSets, to: &builder)
    let graphTable = graph.add(to: &builder)
    let operators = tables.operators.add(to: &builder)
    let attributes = tables.attributes.add(to: &builder)
    let tensors = tables.tensors.add(to: &builder)
    let types = tables.types.add(to: &builder)
    let byteStrings = tables.strings.addByteStrings(to: &builder)
    let strings = builder.addStrings(tables.strings.texts)
    let outputNames = builder.addStrings(model.graph.outputNames(of: model.graph.body))
    let inputNames = builder.addStrings(
      model.graph.inputs.map { model.graph.name(of: $0) })
    let provenance = options.provenance?.add(to: &builder)
    let target = options.target?.add(to: &builder)
    let plan = try options.memoryPlan?.add(to: &builder, graph.numbering)
    let records = [UInt8](repeating: 0, count: sectionCount * SectionRecord.size)
    let sectionTable = builder.addVector(records, alignment: 8)
    let root = builder.addTable {
      $0.set(ModelTable.sectionTable, to: sectionTable)
      $0.set(ModelTable.graph, to: graphTable)
      $0.set(ModelTable.functions, to: functions)
      $0.set(ModelTable.strings, to: strings)
      $0.set(ModelTable.byteStrings, to: byteStrings)
      $0.set(ModelTable.types, to: types)
      $0.set(ModelTable.tensors, to: tensors)
      $0.set(ModelTable.attributes, to: attributes)
      $0.set(ModelTable.operators, to: operators)
      $0.set(ModelTable.operatorSetDomains, to: sets.domains)
      $0.set(ModelTable.operatorSetVersions, to: sets.versions)
      $0.set(ModelTable.inputNames, to: inputNames)
      $0.set(ModelTable.outputNames, to: outputNames)
      $0.set(ModelTable.sourceVersion, to: model.modelVersion)
      $0.set(ModelTable.memoryPlan, to: plan)
      $0.set(ModelTable.target, to: target)
      $0.set(ModelTable.provenance, to: provenance)
    }
    return (root, sectionTable)
  }

  private mutating func addFunctions(
    of model: Model, to builder: inout FlatBufferBuilder
  ) throws(FormatError) -> FlatOffset<FlatTables>? {
    guard !functions.isEmpty else { return nil }
    var offsets: [FlatOffset<FlatTable>] = []
    for (function, columns) in zip(model.functions, functions) {
      offsets.append(try add(function, columns, to: &builder))
    }
    return builder.add(offsets)
  }

  private mutating func add(
    _ function: Function, _ columns: GraphColumns, to builder: inout FlatBufferBuilder
  ) throws(FormatError) -> FlatOffset<FlatTable> {
    let id = function.id
    let texts = [id.domain, id.name, id.overload].map { tables.strings.number(of: $0) }
    let version = try fileVersion(id.version, of: id.description)
    let defaults = tables.number(of: function.defaults)
    let sets = try addOperatorSets(function.operatorSets, to: &builder)
    let attributes = builder.addColumn(
      function.attributes.map { tables.strings.number(of: $0) })
    let graph = columns.add(to: &builder)
    return builder.addTable {
      $0.set(FunctionTable.domain, to: texts[0])
      $0.set(FunctionTable.name, to: texts[1])
      $0.set(FunctionTable.overload, to: texts[2])
      $0.set(FunctionTable.version, to: version)
      $0.set(FunctionTable.attributes, to: attributes)
      $0.set(FunctionTable.defaults, to: defaults)
      $0.set(FunctionTable.operatorSetDomains, to: sets.domains)
      $0.set(FunctionTable.operatorSetVersions, to: sets.versions)
      $0.set(FunctionTable.graph, to: graph)
    }
  }

  private mutating func addOperatorSets(
    _ sets: [String: Int], to builder: inout FlatBufferBuilder
  ) throws(FormatError) -> (domains: FlatOffset<FlatTable>?, versions: FlatOffset<FlatTable>?) {
    let domains = sets.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var versions: [UInt32] = []
    for domain in domains {
      versions.append(try fileVersion(sets[domain] ?? 0, of: "operator set '\(domain)'"))
    }
    let versionColumn = builder.addColumn(versions)
    let domainColumn = builder.addDerivedColumn(
      domains.map { tables.strings.number(of: $0) })
    return (domainColumn, versionColumn)
  }
}
