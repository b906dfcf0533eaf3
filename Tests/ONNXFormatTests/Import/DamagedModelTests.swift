import FormatSupport
import Foundation
import ONNXFormat
import Testing

/// A model with any one byte changed is refused or accepted, and what is accepted can be written.
@Suite struct DamagedModelTests {
  @Test(arguments: ModelFixtures.names)
  func survivesEveryChangedByte(name: String) throws {
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: ModelFixtures.path(name))))
    for index in whole.indices {
      for change in [0x01, 0xff] as [UInt8] {
        var bytes = whole
        bytes[index] ^= change
        check(bytes)
      }
    }
  }

  @Test(arguments: ModelFixtures.names)
  func survivesEveryTruncation(name: String) throws {
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: ModelFixtures.path(name))))
    for count in whole.indices { check(Array(whole[..<count])) }
  }

  private func check(_ bytes: [UInt8]) {
    do throws(FormatError) {
      let imported = try ONNXImporter.importModel(bytes: bytes, folder: ModelFixtures.folder)
      let encoded = try ONNXExporter.encode(imported.model)
      _ = try ONNXImporter.importModel(bytes: encoded)
    } catch {
      #expect(!error.message.isEmpty)
    }
  }
}
