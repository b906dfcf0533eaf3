/// What a reader may spend on one untrusted file.
public struct ResourceLimits: Hashable, Sendable {
  /// The deepest nesting of messages or subgraphs.
  public var depth: Int

  /// The memory, in bytes, that decoded structures may take beside the mapped file.
  public var memory: Int

  /// Creates limits; the defaults suit a model with millions of nodes.
  public init(depth: Int = 200, memory: Int = 4 << 30) {
    self.depth = depth
    self.memory = memory
  }

  /// Returns limits whose memory is in proportion to a file and at most 1 GiB: hostile files stay
  /// cheap.
  ///
  /// A valid ONNX file needs up to 20 times its size in decoded structures: most where it holds
  /// little but shapes without names. A node of a usual graph takes a kilobyte.
  public static func forFile(ofSize count: Int) -> ResourceLimits {
    let (scaled, overflow) = count.multipliedReportingOverflow(by: 24)
    let allowance = overflow ? Int.max : scaled
    return ResourceLimits(memory: min(max(allowance, 16 << 20), 1 << 30))
  }
}
