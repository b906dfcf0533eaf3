import EdgeFormat
import Foundation
import IR

/// A folder that goes away with the object.
final class TestFolder {
  let url = FileManager.default.temporaryDirectory.appending(path: "ferry-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: url.appending(path: name)))
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: url.appending(path: name))
  }
}

/// Keeps the bytes of an array at one address.
final class HeapBytes {
  let buffer: UnsafeRawBufferPointer

  init(_ bytes: [UInt8]) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 4096)
    copy.copyBytes(from: bytes)
    buffer = UnsafeRawBufferPointer(copy)
  }

  deinit { buffer.deallocate() }
}

extension EdgeFile {
  /// Opens a copy of bytes.
  convenience init(_ bytes: [UInt8], verifyingHashes: Bool = false) throws {
    let owner = HeapBytes(bytes)
    try self.init(bytes: owner.buffer, owner: owner, verifyingHashes: verifyingHashes)
  }
}

/// Returns the bytes of a model's file.
func fileBytes(
  of model: Model, _ change: (inout EdgeWriter.Options) -> Void = { _ in }
) throws -> [UInt8] {
  let folder = try TestFolder()
  var writer = EdgeWriter()
  change(&writer.options)
  try writer.write(model, to: folder.path("model.edge"))
  return try folder.bytes("model.edge")
}

extension EdgeWriter.Options {
  /// Leaves out what a device does not need.
  mutating func strip() {
    keepsNames = false
    keepsLineage = false
    keepsAnnotations = false
  }
}
