import CONNX
public import FormatSupport
public import IR

/// Makes ONNX files from the graph IR.
///
/// The operators are written as they are: their versions must be those of the model's operator
/// sets. Files depend on the model alone: the same model gives the same bytes.
public enum ONNXExporter {
  /// Protobuf readers refuse messages of 2 GiB and more.
  static let largestMessage = Int(Int32.max)

  /// The threshold for external data when a model is too large without.
  private static let automaticThreshold = 1024

  /// Writes a model; the model and its external data appear when both are complete.
  ///
  /// Tensors that lie in files are copied inside the kernel.
  @discardableResult
  public static func export(
    _ model: Model, to path: String, options: ExportOptions = ExportOptions()
  ) throws(FormatError) -> ExportSummary {
    switch options.externalData {
    case .none: return try export(model, to: path, options, nil)
    case .file(let name, let threshold):
      let data = try ExternalDataWriter(name: name, threshold: threshold, besides: path)
      return try export(model, to: path, options, data)
    case .automatic:
      do throws(FormatError) {
        return try export(model, to: path, options, nil)
      } catch {
        // Known before anything is written.
        guard error.code == .limitExceeded else { throw error }
        let data = try ExternalDataWriter(
          name: nil, threshold: automaticThreshold, besides: path)
        return try export(model, to: path, options, data)
      }
    }
  }

  /// Returns the bytes of a model without external data.
  public static func encode(
    _ model: Model, options: ExportOptions = ExportOptions()
  ) throws(FormatError) -> [UInt8] {
    let exporter = try ModelExporter(
      irVersion: irVersion(of: model, options), options: options, externalData: nil)
    let message = try exporter.message(model)
    try checkSize(of: message)
    defer { withExtendedLifetime((exporter, model)) {} }
    return try MessageEncoder().encode(message)
  }

  private static func export(
    _ model: Model, to path: String, _ options: ExportOptions, _ data: ExternalDataWriter?
  ) throws(FormatError) -> ExportSummary {
    let exporter = try ModelExporter(
      irVersion: irVersion(of: model, options), options: options, externalData: data)
    let message = try exporter.message(model)
    defer { withExtendedLifetime((exporter, model)) {} }
    try checkSize(of: message)
    var encoder = MessageEncoder()
    encoder.storages = exporter.tensors.storages
    let output = try OutputFile(path: path)
    try encoder.encode(message, to: output)
    var summary = exporter.summary
    // The data first: a model never stands there without it.
    summary.dataPath = try data?.commit()
    try output.commit()
    return summary
  }

  private static func irVersion(
    of model: Model, _ options: ExportOptions
  ) throws(FormatError) -> Int {
    let required = RequiredVersion(model).version
    guard let wanted = options.irVersion else { return required }
    guard wanted >= required else {
      throw FormatError(
        .unsupported, "version \(wanted) of the IR lacks what the model uses"
      ).advising("write version \(required) or a later one")
    }
    return wanted
  }

  private static func checkSize(
    of message: UnsafePointer<Onnx__ModelProto>
  ) throws(FormatError) {
    let size = try MessageEncoder().size(of: message)
    guard size <= largestMessage else {
      throw FormatError(.limitExceeded, "the model takes \(size) bytes in one file")
        .advising("let its tensors go to external data")
    }
  }
}
