/// The fields of one kind of table, as far as a reader knows them.
///
/// Fields of later versions of a schema need no entry: nobody looks at them.
public struct TableSchema: Sendable {
  /// The name in the schema.
  public let name: String

  /// The fields that the verifier looks at.
  public let fields: [ErasedField]

  /// Lists the fields of a table.
  public init(_ name: String, _ fields: [ErasedField]) {
    self.name = name
    self.fields = fields
  }
}

/// A ``TableField`` without its type.
public struct ErasedField: Sendable {
  let id: Int
  let name: String
  let content: FieldContent
}
