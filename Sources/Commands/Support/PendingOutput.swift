import EdgeFormat
import FormatSupport
import IR
import ONNXFormat
import Operators

/// A converted model in a temporary folder beside its place: complete, but not yet there.
///
/// A model may be two files, with its external data; both have their final names in the folder, so
/// that it can be read back as its users will.
final class PendingOutput {
  let path: String
  let format: ModelFile.Format
  /// The bytes of all files.
  let size: Int
  /// The bytes that are saved by how tensors are stored.
  let savedBytes: Int
  private let folder: TemporaryOutputFolder
  private let registry: OperatorRegistry

  /// Writes a model in a format, or `model` in its place where it was changed for an .onnx file; that
  /// has the types of inner values if wanted.
  init(
    _ source: PreparedModel, to path: String, as format: ModelFile.Format,
    exporting model: Model? = nil, isStripped: Bool = false, includesInnerTypes: Bool = true,
    progress: Progress
  ) throws {
    self.path = path
    self.format = format
    registry = source.registry
    folder = try TemporaryOutputFolder(beside: path)
    var savedBytes = 0
    do throws(FormatError) {
      switch format {
      case .edge:
        var writer = EdgeWriter(options: source.edgeOptions(isStripped: isStripped))
        writer.onProgress = { done, total in
          progress.show("writing \(path)", done, of: total)
        }
        let header = try writer.write(source.writable, to: folder.file)
        if header.requiredFeatures.contains(.sparseLayouts) {
          let tensors = try EdgeFile(path: folder.file).encodedTensors
          savedBytes = tensors.reduce(0) { $0 + $1.denseBytes - $1.storedBytes }
        }
      case .onnx:
        let options = ExportOptions(includesInnerTypes: includesInnerTypes)
        try ONNXExporter.export(model ?? source.exportable, to: folder.file, options: options)
      }
    } catch {
      throw Failure(error, writing: path)
    }
    self.savedBytes = savedBytes
    size = folder.size
  }

  /// Reads the model again as a user of the files would.
  func readBack() throws -> PreparedModel {
    try ModelFile(reading: folder.file).prepared(using: registry)
  }

  /// Gives the files their names.
  func commit() throws { try folder.moveIntoPlace() }
}
