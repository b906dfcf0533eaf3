/// The device that a file was made for.
public struct TargetProfile: Hashable, Sendable {
  public var name: String

  /// The processor, such as `cortex-m7` or `x86_64`.
  public var processor: String

  /// What the processor can do beyond its base, such as `avx2`.
  public var features: [String]

  /// The bytes of working memory; 0 when there is no limit.
  public var arenaLimit: Int

  public init(
    name: String = "", processor: String = "", features: [String] = [], arenaLimit: Int = 0
  ) {
    self.name = name
    self.processor = processor
    self.features = features
    self.arenaLimit = arenaLimit
  }
}
