import FormatSupport
import Foundation
import TestSupport
import Testing

@Suite struct OutputFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func appearsOnlyWhenCommitted() throws {
    let path = try folder.file("model")
    do {
      let output = try OutputFile(path: path)
      try output.append([1, 2, 3])
    }
    #expect(folder.files.isEmpty)

    let output = try OutputFile(path: path)
    try output.append([1, 2, 3])
    try output.pad(toMultipleOf: 8)
    try output.overwrite([9], at: 1)
    try output.commit()
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 9, 3, 0, 0, 0, 0, 0]))
  }

  @Test func copiesARangeOfAnotherFile() throws {
    let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let file = try MappedFile(path: folder.file("source", bytes))
    let descriptor = try #require(file.descriptor)
    let output = try OutputFile(path: folder.file("copy"))
    try output.append([7])
    try output.append(500_000, at: 50_000, of: descriptor)
    #expect(output.count == 500_001)
    try output.commit()
    let copy = try Data(contentsOf: URL(fileURLWithPath: try folder.file("copy")))
    #expect(copy == Data([7] + bytes[50_000..<550_000]))
  }

  @Test func saysWhichFolderIsMissing() {
    let error = #expect(throws: FormatError.self) {
      try OutputFile(path: "\(folder.path)/missing/model")
    }
    #expect(error?.code == .inputOutput)
    #expect(error?.message.contains("missing/model: No such file or directory") == true)
  }
}
