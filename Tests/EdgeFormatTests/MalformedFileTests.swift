import EdgeFormat
import FormatSupport
import Foundation
import Testing

/// Every way in which a file can contradict the format is refused, with the place.
@Suite struct MalformedFileTests {
  @Test(arguments: MalformedFile.all)
  func refuses(_ file: MalformedFile) throws {
    let bytes = try file.make()
    let error = #expect(throws: FormatError.self) {
      _ = try EdgeFile(bytes, verifyingHashes: true).model()
    }
    #expect(error?.code == file.code)
    #expect(error?.message.contains(file.message) == true, "\(error?.description ?? "")")
  }

  @Test func committedFilesAreTheOnesThatAreRefused() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/Malformed/edge").standardized
    if ProcessInfo.processInfo.environment["FERRY_WRITE_FIXTURES"] != nil {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for file in MalformedFile.all {
        try Data(file.make()).write(to: folder.appending(path: "\(file.name).edge"))
      }
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == MalformedFile.all.map { "\($0.name).edge" }.sorted())
    for file in MalformedFile.all {
      let bytes = try Data(contentsOf: folder.appending(path: "\(file.name).edge"))
      #expect(try Array(bytes) == file.make(), "\(file.name)")
    }
  }

  @Test func theFilesAreFineBeforeTheyAreChanged() throws {
    for base in MalformedFile.Base.allCases {
      _ = try EdgeFile(base.bytes(), verifyingHashes: true).model()
    }
  }

  @Test(arguments: MalformedFile.Base.allCases)
  func readsOrRefusesEveryTruncation(_ base: MalformedFile.Base) throws {
    let whole = try base.bytes()
    for count in whole.indices {
      #expect(throws: FormatError.self) { try EdgeFile(Array(whole[..<count])) }
      var editor = FileEditor(Array(whole[..<count]))
      guard count >= 120 else { continue }
      editor.set(UInt64(count), at: 32)
      editor.seal()
      attempt(editor.bytes)
    }
  }

  @Test(arguments: [MalformedFile.Base.rich, .planned, .sparse])
  func readsOrRefusesEveryChangeOfAByte(_ base: MalformedFile.Base) throws {
    let whole = try base.bytes()
    for index in whole.indices {
      for value in [whole[index] ^ 1, whole[index] ^ 0x80] {
        var editor = FileEditor(whole)
        editor.bytes[index] = value
        if index >= 88, index < 120 {
          #expect(throws: FormatError.self) { try EdgeFile(editor.bytes) }
        } else {
          editor.seal()
          attempt(editor.bytes)
        }
      }
    }
  }

  /// What is accepted can also be written again.
  private func attempt(_ bytes: [UInt8]) {
    do {
      _ = try EdgeFile(bytes).model()
    } catch let error as FormatError {
      #expect(!error.message.isEmpty)
    } catch {
      Issue.record(error)
    }
  }
}
