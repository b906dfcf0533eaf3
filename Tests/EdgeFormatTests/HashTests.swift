import EdgeFormat
import FormatSupport
import Testing

@Suite struct HashTests {
  @Test func namesTheSectionThatChanged() throws {
    var bytes = try fileBytes(of: TestModels.chain(3))
    let file = try EdgeFile(bytes)
    let start = file.header.sectionBase + file.sections[0].offset
    bytes[start + 100] ^= 1
    let changed = try EdgeFile(bytes)
    let error = #expect(throws: FormatError.self) { try changed.verifyHashes() }
    #expect(error?.code == .corrupted)
    #expect(error?.path == ["sections[0]"])
    #expect(error?.offset == start)
    #expect(throws: FormatError.self) { try EdgeFile(bytes, verifyingHashes: true) }
  }

  @Test func checksTheMetadataAlways() throws {
    var bytes = try fileBytes(of: TestModels.single())
    bytes[56] ^= 1
    let error = #expect(throws: FormatError.self) { try EdgeFile(bytes) }
    #expect(error?.code == .corrupted)
    #expect(error?.path == ["header", "metadata_hash"])
  }
}
