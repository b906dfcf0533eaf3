import FormatSupport
import Foundation
import Testing

@Suite struct MappedFileTests {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("ferry-\(UUID().uuidString)").path

  @Test(arguments: [false, true])
  func holdsTheBytesOfTheFile(copying: Bool) throws {
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
    let file = try MappedFile(path: path, copying: copying)
    #expect(Array(file.bytes) == [1, 2, 3])
    #expect((file.descriptor == nil) == copying)
  }

  @Test func opensAnEmptyFile() throws {
    try Data().write(to: URL(fileURLWithPath: path))
    #expect(try MappedFile(path: path).bytes.isEmpty)
  }

  @Test(arguments: ["/dev/null", "/"])
  func refusesWhatIsNoRegularFile(_ path: String) {
    let error = #expect(throws: FormatError.self) { try MappedFile(path: path) }
    #expect(error?.message == "\(path) is not a regular file")
  }
}
