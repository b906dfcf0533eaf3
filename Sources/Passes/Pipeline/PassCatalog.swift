/// Every pass of this build, by name.
public enum PassCatalog {
  /// The passes with their default options, those of the levels first and in their order.
  public static let all: [any Pass] = PassPipeline.level(.target).passes.uniqued + onRequest

  /// The passes of no level: they lose accuracy for size or speed.
  private static let onRequest: [any Pass] = [PruneChannels(), PruneWeights()]

  /// Returns the pass with a name.
  ///
  /// - Throws: ``PassError`` with the names there are.
  public static func pass(named name: String) throws(PassError) -> any Pass {
    guard let pass = all.first(where: { $0.name == name }) else {
      throw PassError(
        .unknownPass, "there is no pass \"\(name)\"",
        remedy: "the passes are \(all.map(\.name).joined(separator: ", "))")
    }
    return pass
  }
}

extension [any Pass] {
  /// The first pass of each name.
  fileprivate var uniqued: [any Pass] {
    var seen: Set<String> = []
    return filter { seen.insert($0.name).inserted }
  }
}
