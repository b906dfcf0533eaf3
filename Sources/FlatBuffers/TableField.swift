import FormatSupport

/// One field of a table, as a schema declares it.
///
/// `Content` is what the field holds: a number, `String`, ``FlatVector``, ``FlatStrings``,
/// ``FlatTable`` or ``FlatTables``; reading and building take their types from it.
public struct TableField<Content>: Sendable {
  /// The number of the field in its table, in the order of the schema.
  public let id: Int

  /// The name in the schema, for places in messages.
  public let name: String

  let content: FieldContent

  /// The field without its type, as a ``TableSchema`` lists it.
  public var erased: ErasedField { ErasedField(id: id, name: name, content: content) }

  /// Returns what `body` returns; its error gets the field's name in front.
  func locating<Result>(
    _ body: () throws(FormatError) -> Result
  ) throws(FormatError) -> Result {
    do {
      return try body()
    } catch {
      throw error.inside(name)
    }
  }
}

/// What a field holds, as far as the verifier must know.
enum FieldContent: Sendable {
  case scalar(width: Int)
  case scalars(width: Int)
  case string
  case strings
  case table(@Sendable () -> TableSchema)
  case tables(@Sendable () -> TableSchema)
}

extension TableField where Content: FlatScalar {
  /// Declares a number.
  public init(_ id: Int, _ name: String) {
    self.init(id: id, name: name, content: .scalar(width: MemoryLayout<Content>.size))
  }
}

extension TableField {
  /// Declares a vector of numbers.
  public init<Scalar>(_ id: Int, _ name: String) where Content == FlatVector<Scalar> {
    self.init(id: id, name: name, content: .scalars(width: MemoryLayout<Scalar>.size))
  }
}

extension TableField<String> {
  /// Declares a string.
  public init(_ id: Int, _ name: String) { self.init(id: id, name: name, content: .string) }
}

extension TableField<FlatStrings> {
  /// Declares a vector of strings.
  public init(_ id: Int, _ name: String) { self.init(id: id, name: name, content: .strings) }
}

extension TableField<FlatTable> {
  /// Declares a nested table; the schema is a closure because schemas may be recursive.
  public init(
    _ id: Int, _ name: String, _ schema: @autoclosure @escaping @Sendable () -> TableSchema
  ) {
    self.init(id: id, name: name, content: .table(schema))
  }
}

extension TableField<FlatTables> {
  /// Declares a vector of tables; the schema is a closure because schemas may be recursive.
  public init(
    _ id: Int, _ name: String, _ schema: @autoclosure @escaping @Sendable () -> TableSchema
  ) {
    self.init(id: id, name: name, content: .tables(schema))
  }
}
