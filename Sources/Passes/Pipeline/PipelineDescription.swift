/// What a pipeline file says: passes in order, with their settings; `Schemas/pipeline.schema.json`
/// has its form.
///
///     {
///       level: 2,
///       passes: [
///         { pass: "fold-constants", growth: 0.01 },
///         { pass: "fuse-epilogues", layers: [{ name: "head*", enabled: false }] },
///         { pass: "prune-weights", sparsity: 0.5 },
///       ],
///     }
public struct PipelineDescription: Decodable, Sendable {
  /// The level whose passes run as well; when it is left out, `passes` run alone, in their order.
  public var level: OptimizationLevel?
  public var passes: [PassDescription]

  private enum CodingKeys: String, CodingKey, CaseIterable { case level, passes }

  public init(from decoder: any Decoder) throws {
    try decoder.refuseKeys(except: CodingKeys.allCases.map(\.rawValue))
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let number = try container.decodeIfPresent(Int.self, forKey: .level) {
      guard let level = OptimizationLevel(rawValue: number) else {
        throw DecodingError.dataCorruptedError(
          forKey: .level, in: container, debugDescription: "\(number) is no level: 0 to 3")
      }
      self.level = level
    }
    passes = try container.decodeIfPresent([PassDescription].self, forKey: .passes) ?? []
  }

  /// Returns the passes with their settings.
  ///
  /// - Throws: ``PassError`` that names a pass or a setting that there is not.
  public func configuredPasses() throws(PassError) -> [any Pass] {
    try passes.map { description throws(PassError) in
      try PassCatalog.pass(named: description.name)
        .configured(with: description.settings, layers: description.layers)
    }
  }
}

/// One pass of a pipeline file: its name alone, or an object with settings.
public struct PassDescription: Decodable, Sendable {
  public var name: String
  public var settings = PassSettings()
  public var layers: [LayerRule] = []

  public init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      self.name = name
      return
    }
    let container = try decoder.container(keyedBy: AnyKey.self)
    name = try container.decode(String.self, forKey: AnyKey("pass"))
    layers = try container.decodeIfPresent([LayerRule].self, forKey: AnyKey("layers")) ?? []
    settings = try container.settings(except: ["pass", "layers"])
  }
}

extension LayerRule: Decodable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyKey.self)
    selector = LayerSelector(
      name: try container.decodeIfPresent(String.self, forKey: AnyKey("name")),
      operatorName: try container.decodeIfPresent(String.self, forKey: AnyKey("operator")),
      minimumSize: try container.decodeIfPresent(Int.self, forKey: AnyKey("minimumSize")))
    settings = try container.settings(except: ["name", "operator", "minimumSize"])
  }
}

/// A key that the file decides on.
private struct AnyKey: CodingKey {
  let stringValue: String
  let intValue: Int? = nil

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

extension KeyedDecodingContainer<AnyKey> {
  /// The settings of an object: what is none of the other keys.
  fileprivate func settings(except names: [String]) throws -> PassSettings {
    var values: [String: OptionValue] = [:]
    for key in allKeys where !names.contains(key.stringValue) {
      values[key.stringValue] = try decode(OptionValue.self, forKey: key)
    }
    return PassSettings(values)
  }
}

extension Decoder {
  fileprivate func refuseKeys(except names: [String]) throws {
    for key in try container(keyedBy: AnyKey.self).allKeys where !names.contains(key.stringValue) {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: codingPath + [key],
          debugDescription: "unknown key; there are \(names.joined(separator: ", "))"))
    }
  }
}
