import FormatSupport
import TestSupport
import Testing

@Suite struct MappedFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [false, true])
  func holdsTheBytesOfTheFile(copying: Bool) throws {
    let file = try MappedFile(path: folder.file("three", [1, 2, 3]), copying: copying)
    #expect(Array(file.bytes) == [1, 2, 3])
    #expect((file.descriptor == nil) == copying)
  }

  @Test func opensAnEmptyFile() throws {
    #expect(try MappedFile(path: folder.file("empty", [])).bytes.isEmpty)
  }

  @Test(arguments: ["/dev/null", "/"])
  func refusesWhatIsNoRegularFile(_ path: String) {
    let error = #expect(throws: FormatError.self) { try MappedFile(path: path) }
    #expect(error?.message == "\(path) is not a regular file")
  }
}
