import CONNX
import Foundation
import Testing

/// Says when Sources/CONNX is not what Schemas/onnx.proto gives.
@Suite struct GeneratedMessagesTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let remedy: Comment = "run Scripts/generate-onnx-messages and commit what it changes"

  @Test(arguments: [
    ("Schemas/onnx.proto", ONNX_SCHEMA_CHECKSUM),
    ("Sources/CONNX/onnx.pb-c.c", ONNX_SOURCE_CHECKSUM),
    ("Sources/CONNX/include/onnx.pb-c.h", ONNX_HEADER_CHECKSUM),
  ])
  func theFilesAreThoseThatWereRecorded(path: String, checksum: UInt32) throws {
    let data = try Data(contentsOf: Self.root.appendingPathComponent(path))
    #expect(Self.checksum(of: data) == checksum, Self.remedy)
  }

  @Test(.enabled(if: generator == ONNX_GENERATOR, "protoc-c is not here in the same version"))
  func theGeneratorGivesTheSameFilesAgain() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ferry-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = Self.root.appendingPathComponent("Scripts/generate-onnx-messages").path
    _ = try #require(Self.output(of: [script, folder.path]))
    for file in ["onnx.pb-c.c", "include/onnx.pb-c.h", "include/onnx.descriptors.h"] {
      let made = try Data(contentsOf: folder.appendingPathComponent(file))
      let kept = try Data(contentsOf: Self.root.appendingPathComponent("Sources/CONNX/\(file)"))
      #expect(made == kept, Self.remedy)
    }
  }

  /// The version of protoc-c on this machine, as the script records it.
  static var generator: String? {
    output(of: ["protoc-c", "--version"])?.split(separator: "\n").joined(separator: " ")
  }

  /// Returns what a command prints, or nil when it fails.
  static func output(of command: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }

  /// Returns the checksum that POSIX defines for `cksum`.
  static func checksum(of data: Data) -> UInt32 {
    var length = data.count
    var lengthBytes: [UInt8] = []
    while length > 0 {
      lengthBytes.append(UInt8(truncatingIfNeeded: length))
      length >>= 8
    }
    var remainder: UInt32 = 0
    for byte in [data, Data(lengthBytes)].joined() {
      remainder ^= UInt32(byte) << 24
      for _ in 0..<8 {
        let isOdd = remainder >> 31 == 1
        remainder = remainder << 1 ^ (isOdd ? 0x04c1_1db7 : 0)
      }
    }
    return ~remainder
  }
}
