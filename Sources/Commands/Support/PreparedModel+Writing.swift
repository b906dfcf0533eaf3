import Crypto
import EdgeFormat
import FormatSupport
import IR
import Operators

extension PreparedModel {
  /// Sources up to this size are hashed for the record; hashing a larger one would take longer
  /// than converting it.
  static let largestHashedSource = 64 << 20

  /// What goes into an `.edge` file beside the model.
  func edgeOptions(isStripped: Bool) -> EdgeWriter.Options {
    var options = EdgeWriter.Options()
    options.keepsNames = !isStripped
    options.keepsLineage = !isStripped
    options.keepsAnnotations = !isStripped
    // A stripped file is as small as can be: the hash alone tells where it comes from.
    options.provenance =
      isStripped
      ? Provenance(sourceHash: sourceHash)
      : Provenance(
        sourceHash: sourceHash, sourceName: sourceName, tool: "ferry \(Ferry.version)")
    return options
  }

  /// The model as an ONNX file can express it: operator sets are raised where nodes need it.
  var exportable: Model {
    var model = model
    model.raiseOperatorSets(using: registry)
    return model
  }

  /// The name of the source file without its folder, so that the place makes no difference.
  private var sourceName: String { String(path.split(separator: "/").last ?? "") }

  private var sourceHash: [UInt8] {
    guard file.size <= Self.largestHashedSource, let mapped = try? MappedFile(path: path) else {
      return []
    }
    return withExtendedLifetime(mapped) { Array(SHA256.hash(data: mapped.bytes)) }
  }
}
