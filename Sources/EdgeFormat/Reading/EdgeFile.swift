import FlatBuffers
public import FormatSupport
public import IR

/// An `.edge` file, mapped into memory and checked as a whole (§8 of Docs/EdgeFormat.md).
///
/// Everything is validated before use, in time linear in the file. Tensors are views on the file,
/// which stays mapped as long as one of them lives.
public final class EdgeFile: @unchecked Sendable {
  public let header: EdgeHeader

  /// The section table.
  public let sections: [SectionRecord]

  /// The contents that are kept in columns until someone asks for them.
  let contents: FileContents
  let names: NameColumns?
  let lineage: LineageColumns?
  let annotations: AnnotationColumns?

  private let source: EdgeSource
  private let limits: ResourceLimits

  /// Opens the file at `path`.
  ///
  /// The metadata is always checked against its hash; with `verifyingHashes` all sections are too,
  /// which reads the whole file.
  ///
  /// - Throws: ``FormatError`` with the place of the first defect.
  public convenience init(
    path: String, limits: ResourceLimits = ResourceLimits(), verifyingHashes: Bool = false
  ) throws(FormatError) {
    let file = try MappedFile(path: path)
    try self.init(
      bytes: file.bytes, owner: file, descriptor: file.descriptor, limits: limits,
      verifyingHashes: verifyingHashes)
  }

  /// Opens a file that is in memory: bytes of `owner`, which is kept alive.
  public init(
    bytes: UnsafeRawBufferPointer, owner: AnyObject, descriptor: Int32? = nil,
    limits: ResourceLimits = ResourceLimits(), verifyingHashes: Bool = false
  ) throws(FormatError) {
    source = EdgeSource(bytes: bytes, owner: owner, descriptor: descriptor)
    self.limits = limits
    header = try EdgeHeader(reading: bytes)
    try header.checkRequiredFeatures()
    let model = try source.verifiedModel(header)
    let table = try SectionTable(header, bytes)
    sections = table.records
    if verifyingHashes { try source.checkHashes(of: table, header) }
    let data = try SectionData(table, header, source, limits)
    contents = try FileContents(model, data, source, limits)
    let graphs = contents.graphs
    names = try source.root(.names, NamesTable.schema, table, header, limits)
      .map { (root) throws(FormatError) in try NameColumns(root, graphs) }
    lineage = try source.root(.lineage, LineageTable.schema, table, header, limits)
      .map { (root) throws(FormatError) in try LineageColumns(root, graphs) }
    annotations = try source.root(.annotations, AnnotationsTable.schema, table, header, limits)
      .map { (root) throws(FormatError) in try AnnotationColumns(root, graphs) }
    try table.checkLeafHashes(header, bytes)
    try header.checkFeatures(used: contents, table)
  }

  /// Compares every section with its hash.
  ///
  /// - Throws: ``FormatError`` with code `corrupted` that names the first section that differs.
  public func verifyHashes() throws(FormatError) {
    try source.checkHashes(of: SectionTable(header, source.bytes), header)
  }

  /// How the file came to be, if it says.
  public var provenance: Provenance? { contents.provenance }

  /// The device that the file was made for, if it says.
  public var target: TargetProfile? { contents.target }

  /// Where values lie while the model runs, if that is planned; values are those of ``model()``.
  public var memoryPlan: MemoryPlan? { contents.memoryPlan }

  /// Makes the model; its constants are views on the file.
  ///
  /// Indices of nodes, values and blocks are the numbers that the file gives them.
  public func model() throws(FormatError) -> Model {
    try contents.checkMemory(limits)
    return try ModelMaker(self).makeModel()
  }
}
