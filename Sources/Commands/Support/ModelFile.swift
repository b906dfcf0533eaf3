import EdgeFormat
import FormatSupport
import IR
import ONNXFormat
import Operators

/// A model as a file holds it, before anything is made of it.
struct ModelFile {
  enum Format: String, Encodable {
    case onnx
    case edge

    /// The format that the name of an output asks for.
    init?(path: String) {
      if path.hasSuffix(".edge") {
        self = .edge
      } else if path.hasSuffix(".onnx") {
        self = .onnx
      } else {
        return nil
      }
    }
  }

  let path: String
  let format: Format
  let model: Model

  /// What the reader tolerated or dropped, for people.
  let notes: [String]

  /// What an `.edge` file says of itself; nil for ONNX.
  let edge: EdgeFile?

  /// Reads the model at `path`; the contents decide on the format.
  ///
  /// The weights of an `.edge` file are compared with their hashes when `verifyingHashes` is set.
  init(reading path: String, verifyingHashes: Bool = true) throws {
    self.path = path
    do throws(FormatError) {
      if try Self.isEdge(path) {
        let file = try EdgeFile(path: path, verifyingHashes: verifyingHashes)
        (format, model, notes, edge) = (.edge, try file.model(), [], file)
      } else {
        let imported = try ONNXImporter.importModel(path: path)
        (format, model, edge) = (.onnx, imported.model, nil)
        notes = imported.notes.map(\.description)
      }
    } catch {
      throw Failure(error, reading: path)
    }
  }

  private static func isEdge(_ path: String) throws(FormatError) -> Bool {
    let file = try MappedFile(path: path)
    return withExtendedLifetime(file) {
      file.bytes.dropFirst(4).starts(with: EdgeHeader.identifier.utf8)
    }
  }

  /// The bytes of the file.
  var size: Int { fileSize(path) }

  /// Returns the model with its nodes in their newest form and its types derived.
  ///
  /// - Throws: a ``Failure`` that lists every node that contradicts its operator's definition.
  func prepared(using registry: OperatorRegistry = .standard) throws -> PreparedModel {
    let findings = model.validate().filter { $0.severity == .error }
    guard findings.isEmpty else {
      let lines = findings.map { "  \($0)" }.joined(separator: "\n")
      throw Failure(
        .badInput, "\(path): \(counted(findings.count, "defect")) in the graph\n\(lines)")
    }
    var model = model
    let report = model.prepare(using: registry)
    guard report.errors.isEmpty else {
      let lines = report.errors.map { "  \($0)" }.joined(separator: "\n")
      let count = counted(report.errors.count, "node")
      throw Failure(.badInput, "\(path): \(count) cannot be executed as written\n\(lines)")
    }
    return PreparedModel(file: self, model: model, report: report, registry: registry)
  }
}
