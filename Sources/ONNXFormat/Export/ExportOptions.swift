/// How a model is written as an ONNX file.
public struct ExportOptions: Hashable, Sendable {
  /// Which tensors go into a file of their own beside the model.
  public enum ExternalData: Hashable, Sendable {
    /// None, unless the model would exceed the 2 GiB that protobuf allows; then those of 1 KiB
    /// and more.
    case automatic
    /// None; a model that is too large is refused.
    case none
    /// Those of at least `threshold` bytes; without a name the file is called like the model with
    /// `.data` behind.
    case file(name: String? = nil, threshold: Int = 1024)
  }

  public var externalData: ExternalData

  /// The version of the IR to write; nil takes the lowest that has everything the model uses.
  public var irVersion: Int?

  /// Whether the types of inner values are written, as far as they are known.
  public var includesInnerTypes: Bool

  public init(
    externalData: ExternalData = .automatic, irVersion: Int? = nil,
    includesInnerTypes: Bool = true
  ) {
    self.externalData = externalData
    self.irVersion = irVersion
    self.includesInnerTypes = includesInnerTypes
  }
}

/// What an export wrote.
public struct ExportSummary: Hashable, Sendable {
  /// The version of the IR that the file follows.
  public var irVersion: Int

  /// The file of external data, when there is one.
  public var dataPath: String?

  /// The number of values whose names were empty, not unique, or taken by an output.
  public var renamedValues: Int

  /// The number of `Identity` nodes that give outputs their names.
  public var insertedIdentities: Int

  public init(
    irVersion: Int, dataPath: String? = nil, renamedValues: Int = 0, insertedIdentities: Int = 0
  ) {
    self.irVersion = irVersion
    self.dataPath = dataPath
    self.renamedValues = renamedValues
    self.insertedIdentities = insertedIdentities
  }
}
