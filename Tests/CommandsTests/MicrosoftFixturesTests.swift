import Foundation
import TestSupport
import Testing

@testable import Commands

/// Runs what ONNX Runtime's optimizers and quantizers write, and expects its results.
@Suite struct MicrosoftFixturesTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/Models/microsoft").path

  @Test(arguments: ["optimizer", "quantizer"])
  func agreesOnEveryRoute(tool: String) {
    let status = Program.run([
      "conformance", Self.folder, "--only", "\(tool)/", "--route", "all",
    ])
    #expect(status == .success)
  }
}
