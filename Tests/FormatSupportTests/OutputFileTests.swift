import FormatSupport
import Foundation
import Testing

@Suite struct OutputFileTests {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("ferry-\(UUID().uuidString)").path

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  @Test func appearsOnlyWhenCommitted() throws {
    let path = "\(folder)/model"
    do {
      let output = try OutputFile(path: path)
      try output.append([1, 2, 3])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)

    let output = try OutputFile(path: path)
    try output.append([1, 2, 3])
    try output.pad(toMultipleOf: 8)
    try output.overwrite([9], at: 1)
    try output.commit()
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 9, 3, 0, 0, 0, 0, 0]))
  }

  @Test func copiesARangeOfAnotherFile() throws {
    let source = "\(folder)/source"
    let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try Data(bytes).write(to: URL(fileURLWithPath: source))
    let file = try MappedFile(path: source)
    let descriptor = try #require(file.descriptor)
    let output = try OutputFile(path: "\(folder)/copy")
    try output.append([7])
    try output.append(500_000, at: 50_000, of: descriptor)
    #expect(output.count == 500_001)
    try output.commit()
    let copy = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/copy"))
    #expect(copy == Data([7] + bytes[50_000..<550_000]))
  }

  @Test func saysWhichFolderIsMissing() {
    let error = #expect(throws: FormatError.self) {
      try OutputFile(path: "\(folder)/missing/model")
    }
    #expect(error?.code == .inputOutput)
    #expect(error?.message.contains("missing/model: No such file or directory") == true)
  }
}
