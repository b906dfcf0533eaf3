import CONNX
public import FormatSupport
public import IR

/// A model made from an ONNX file.
public struct ImportedModel: Sendable {
  public var model: Model

  /// The version of ONNX's IR that the file follows.
  public var irVersion: Int

  /// What was left out or put up with.
  public var notes: [ImportNote]
}

/// Makes the graph IR from ONNX files.
///
/// Nothing is copied that lies in a file as tensors need it. Nodes keep the operators of the file;
/// their version is that of the operator set that the file imports for their domain. `Constant`
/// nodes that hold their value become constants of the graph. An error that is thrown describes all
/// defects that were found, the first with the others in ``FormatError/others``.
public enum ONNXImporter {
  /// Imports a file; external data is looked for in its folder.
  public static func importModel(
    path: String, limits: ResourceLimits? = nil
  ) throws(FormatError) -> ImportedModel {
    let message = try ModelMessage.decode(try MappedFile(path: path), limits: limits)
    return try importModel(message, folder: ModelPath(path).folder)
  }

  /// Imports an encoded model; without a folder it may have no external data.
  public static func importModel(
    bytes: [UInt8], folder: String? = nil, limits: ResourceLimits? = nil
  ) throws(FormatError) -> ImportedModel {
    try importModel(try ModelMessage.decode(bytes, limits: limits), folder: folder)
  }

  /// Imports a decoded model; without a folder it may have no external data.
  public static func importModel(
    _ message: ModelMessage, folder: String?
  ) throws(FormatError) -> ImportedModel {
    // Names of the importer point into the message.
    defer { withExtendedLifetime(message) {} }
    let log = ImportLog()
    let tensors = TensorImporter(
      source: ByteSource(message), externalFiles: ExternalFiles(folder: folder), log: log)
    let importer = ModelImporter(log: log, tensors: tensors)
    let model = try importer.model(message.root.pointee)
    try log.throwErrors()
    let version = Int(message.root.pointee.ir_version)
    return ImportedModel(model: model, irVersion: version, notes: log.notes)
  }
}
