public import FormatSupport
public import IR

/// Writes models as `.edge` files (Docs/EdgeFormat.md).
///
/// The same model and options give the same bytes. Constants go from where they are to the file;
/// those in files are copied inside the kernel, so memory stays independent of their size.
public struct EdgeWriter: Sendable {
  /// What a file holds beside the graph.
  public struct Options: Sendable {
    /// Whether nodes, values and subgraphs keep their names; inputs and outputs always do.
    public var keepsNames = true

    /// Whether nodes keep the record of which source nodes they stand for.
    public var keepsLineage = true

    /// Whether documentation, metadata and the producer are kept.
    public var keepsAnnotations = true

    /// Whether the section of large tensors starts on a page boundary of the file whatever its
    /// size.
    public var alignsToPages = false

    /// Whether large tensors with many zeros are stored as a mask and their other elements: smaller,
    /// but a device has to expand them before it uses them.
    public var storesSparse = true

    /// Whether names, lineage and annotations are compressed; their bytes then depend on the
    /// version of zlib.
    public var compressesText = false

    /// Whether the hash of every 64 KiB is stored, for partial checks and updates.
    public var storesLeafHashes = false

    /// Grows with each release; nil takes the version that the model has.
    public var modelVersion: UInt64?

    public var provenance: Provenance?
    public var target: TargetProfile?
    public var memoryPlan: MemoryPlan?

    public init() {}
  }

  public var options: Options

  /// Is told how many bytes of how many are written, now and then.
  public var onProgress: (@Sendable (_ written: Int, _ total: Int) -> Void)?

  public init(options: Options = Options()) { self.options = options }

  /// Writes a model to a file, which appears whole or not at all.
  ///
  /// - Throws: ``FormatError`` when the graph is inconsistent, too large for the format, or the
  ///   file cannot be written.
  @discardableResult
  public func write(_ model: Model, to path: String) throws(FormatError) -> EdgeHeader {
    let metadata = try EncodedMetadata(model, options)
    var stream = try SectionStream(path: path, metadata: metadata, onProgress: onProgress)
    return try stream.write()
  }
}
