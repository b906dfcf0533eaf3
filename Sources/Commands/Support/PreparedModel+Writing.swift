import Crypto
import EdgeFormat
import FormatSupport
import IR
import Operators
import Passes
import Tensors
import Verification

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
      : provenance
    return options
  }

  /// Where the model comes from and what was done to it.
  private var provenance: Provenance {
    var provenance = Provenance(
      sourceHash: sourceHash, sourceName: sourceName, tool: "ferry \(Ferry.version)")
    let kept = history.records.filter { $0.rollbackReason == nil }
    provenance.passes = kept.map { Provenance.Pass(name: $0.pass) }
    let measured = zip(history.records, history.ledger).filter { $0.0.rollbackReason == nil }
    for (index, (_, entry)) in measured.enumerated() {
      let change = entry.comparisons.compactMap { $0.comparison?.maxAbsoluteError }.max() ?? 0
      provenance.ledger.append(.init(pass: index, metric: "max-abs", value: change))
    }
    return provenance
  }

  /// The model as files show it.
  var writable: Model {
    var model = model
    model.forget(madeUpSizes: report.madeUpSizes)
    return model
  }

  /// The model as an ONNX file can express it: operator sets are raised where nodes need it.
  var exportable: Model {
    var model = writable
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
