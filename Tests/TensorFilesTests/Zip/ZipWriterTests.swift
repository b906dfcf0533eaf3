import FormatSupport
import Tensors
import Testing

@testable import TensorFiles

@Suite struct ZipWriterTests {
  /// Writes entries whose sizes count as too large for 32 bits.
  static func write(_ names: [String], _ compression: NumPyArchive.Compression, to path: String)
    throws
  {
    let file = try OutputFile(path: path)
    var writer = ZipWriter(to: file)
    writer.largeSize = 100
    writer.largeCount = 2
    let contents = [UInt8](repeating: 7, count: 1000)
    for name in names {
      try writer.append(name, compression) { (sink) throws(FormatError) in
        try contents.withUnsafeBufferPointer { (buffer) throws(FormatError) in
          try sink(UnsafeRawBufferPointer(buffer))
        }
      }
    }
    try writer.finish()
    try file.commit()
  }

  @Test(arguments: [NumPyArchive.Compression.none, .deflate])
  func usesSixtyFourBitsWhereNeeded(compression: NumPyArchive.Compression) throws {
    try FixtureFolder.withTemporaryFile("x.zip") { path in
      try Self.write(["a", "b", "c"], compression, to: path)
      let file = try MappedFile(path: path)
      let archive = try ZipArchive(reading: Storage(bytes: file.bytes, owner: file))
      #expect(archive.entries.map(\.name) == ["a", "b", "c"])
      for entry in archive.entries {
        let content = try archive.content(of: entry, memory: 1000)
        #expect(content.storage.bytes[content.range].allSatisfy { $0 == 7 })
        #expect(content.range.count == 1000)
      }
    }
  }

  @Test func survivesEveryChangeOfALargeArchive() throws {
    try FixtureFolder.withTemporaryFile("x.zip") { path in
      try Self.write(["a", "b"], .deflate, to: path)
      var bytes = try FixtureFolder.bytes(of: path)
      for index in bytes.indices {
        for change in UInt8(1)...255 {
          bytes[index] ^= change
          _ = try? FixtureFolder.read(bytes)
          bytes[index] ^= change
        }
        #expect(throws: FormatError.self) { try FixtureFolder.read(Array(bytes[..<index])) }
      }
    }
  }
}
