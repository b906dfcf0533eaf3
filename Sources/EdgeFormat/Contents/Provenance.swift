/// How a file came to be.
public struct Provenance: Hashable, Sendable {
  /// One pass that ran, with its options as the user would write them.
  public struct Pass: Hashable, Sendable {
    public var name: String
    public var options: String

    public init(name: String, options: String = "") {
      self.name = name
      self.options = options
    }
  }

  /// One figure of the error ledger.
  public struct LedgerEntry: Hashable, Sendable {
    /// The index in ``Provenance/passes`` of the pass that is charged.
    public var pass: Int

    /// What was measured, such as `max-abs` of an output.
    public var metric: String
    public var value: Double

    public init(pass: Int, metric: String, value: Double) {
      self.pass = pass
      self.metric = metric
      self.value = value
    }
  }

  /// The SHA-256 of the source file; empty when it is not known.
  public var sourceHash: [UInt8]
  public var sourceName: String
  public var tool: String
  public var toolVersion: String
  public var passes: [Pass]
  public var ledger: [LedgerEntry]

  /// The SHA-256 of the calibration statistics; empty when there are none.
  public var calibrationHash: [UInt8]

  public init(
    sourceHash: [UInt8] = [], sourceName: String = "", tool: String = "",
    toolVersion: String = "", passes: [Pass] = [], ledger: [LedgerEntry] = [],
    calibrationHash: [UInt8] = []
  ) {
    self.sourceHash = sourceHash
    self.sourceName = sourceName
    self.tool = tool
    self.toolVersion = toolVersion
    self.passes = passes
    self.ledger = ledger
    self.calibrationHash = calibrationHash
  }
}
