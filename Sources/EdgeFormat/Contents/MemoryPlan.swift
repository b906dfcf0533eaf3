/// Where the values of a model's graph lie in one arena while it runs (§7 of Docs/EdgeFormat.md).
///
/// Values are named by the index of their id in the graph that is written, or was read.
public struct MemoryPlan: Hashable, Sendable {
  /// A value that takes the place of another.
  public struct Alias: Hashable, Sendable {
    public var value: Int
    public var target: Int

    public init(value: Int, target: Int) {
      self.value = value
      self.target = target
    }
  }

  /// The bytes of the arena.
  public var arenaSize: Int

  /// What every offset is a multiple of: a power of two.
  public var alignment: Int

  /// The offset of each value that has a place of its own.
  public var offsets: [Int: Int]

  /// Ascending by value.
  public var aliases: [Alias]

  public init(
    arenaSize: Int, alignment: Int = 64, offsets: [Int: Int] = [:], aliases: [Alias] = []
  ) {
    self.arenaSize = arenaSize
    self.alignment = alignment
    self.offsets = offsets
    self.aliases = aliases
  }
}
