import Foundation
import IR
import ONNXFormat
import Tensors

/// The small models that `Scripts/make-import-fixtures.py` writes.
enum ModelFixtures {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/Models/onnx").path

  static let names = [
    "attributes", "external", "functions", "inputs-ir3", "inputs-ir8", "metadata", "raw-data",
    "sparse-initializer", "strings", "subgraph-captures", "typed-data", "unsorted",
  ]

  static func path(_ name: String) -> String { "\(folder)/\(name).onnx" }

  static func load(_ name: String) throws -> ImportedModel {
    try ONNXImporter.importModel(path: path(name))
  }
}

/// A folder that goes away with the object.
final class TemporaryFolder {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("ferry-\(UUID().uuidString)").path

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = "\(path)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  var contents: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}

extension Graph {
  /// The operators of a block in their order.
  func operators(in block: BlockID? = nil) -> [String] {
    nodes(in: block ?? body).map { self[$0].operatorID.name }
  }

  /// The value with a name, wherever it is defined.
  func value(named name: String) -> ValueID? { values.first { self.name(of: $0) == name } }

  /// The tensor of the value with a name.
  func constant(named name: String) -> Tensor? { value(named: name).flatMap(constant) }

  /// The names of the values that a node reads.
  func inputNames(of node: NodeID) -> [String] {
    inputs(of: node).map { $0.map(name) ?? "" }
  }

  /// The first node with an operator, wherever it is.
  func firstNode(_ operation: String) -> NodeID? {
    blocks.lazy.flatMap { self.nodes(in: $0) }.first { self[$0].operatorID.name == operation }
  }
}
