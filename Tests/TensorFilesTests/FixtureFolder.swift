import Foundation
import FormatSupport
import TensorFiles
import Tensors

/// The files that the tests of this target read.
enum FixtureFolder {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  static func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  static func bytes(_ name: String) throws -> [UInt8] { try bytes(of: path(name)) }

  static func bytes(of path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Reads bytes as `NumPyFile` reads a file.
  static func read(
    _ bytes: [UInt8], limits: ResourceLimits = ResourceLimits(memory: 1 << 20)
  ) throws(FormatError) -> [NamedTensor] {
    let storage = bytes.withUnsafeBytes { Storage(copying: $0) }
    if bytes.first == 0x93 {
      return [NamedTensor("", try NumPyArray.read(storage, limits: limits))]
    }
    return try NumPyArchive(reading: storage, limits: limits).tensors()
  }

  /// Calls `body` with the path of a file that is removed afterwards.
  static func withTemporaryFile<Result>(
    _ name: String, _ body: (String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.appendingPathComponent(name).path)
  }
}
