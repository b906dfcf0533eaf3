public import IR

/// The operators known to the converter, by domain and name.
public struct OperatorRegistry: Sendable {
  private struct Key: Hashable, Sendable {
    var domain: String
    var name: String
  }

  private var definitions: [Key: OperatorDefinition] = [:]

  public init(families: [OperatorFamily]) {
    for definition in families.flatMap(\.operators) {
      let schema = definition.schema
      let key = Key(domain: schema.domain, name: schema.name)
      precondition(definitions[key] == nil, "\(schema.id) is registered twice")
      definitions[key] = definition
    }
  }

  /// The definition of an operator, whatever version is asked for.
  public subscript(id: OperatorID) -> OperatorDefinition? {
    definitions[Key(domain: id.domain, name: id.name)]
  }

  /// Whether there is a definition of an operator, at any version.
  public func contains(_ id: OperatorID) -> Bool {
    definitions.index(forKey: Key(domain: id.domain, name: id.name)) != nil
  }

  /// Every definition, by domain and name.
  public var all: [OperatorDefinition] {
    definitions.values.sorted {
      ($0.schema.domain, $0.schema.name) < ($1.schema.domain, $1.schema.name)
    }
  }
}
