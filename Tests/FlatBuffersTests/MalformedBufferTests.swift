import FlatBuffers
import FormatSupport
import Testing

@Suite struct MalformedBufferTests {
  @Test func readsOrRefusesEveryTruncation() {
    let whole = Zoo.buffer()
    for count in whole.indices { attempt(Array(whole[..<count])) }
  }

  @Test func readsOrRefusesEveryChangeOfAByte() {
    let whole = Zoo.buffer()
    for index in whole.indices {
      for value in [0, 1, 3, 4, 0x7f, 0x80, 0xff, whole[index] ^ 1, whole[index] &+ 4] as [UInt8] {
        var changed = whole
        changed[index] = value
        attempt(changed)
      }
    }
  }

  /// Whatever the verifier accepts, the accessors read too, texts that are not UTF-8 apart.
  private func attempt(_ bytes: [UInt8]) {
    do {
      let buffer = try FlatBuffer(copying: bytes)
      _ = try? buffer.verify(as: Zoo.schema)
      _ = try Zoo.read(buffer)
    } catch {
      #expect(!error.message.isEmpty)
    }
  }

  struct Defect: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// 32-bit words of a buffer with one table, which has a string as field 0.
    var words: [UInt32]
    var message: String
  }

  static let defects = [
    Defect(
      testDescription: "root", words: [400, 0], message: "offset 400 leaves the FlatBuffer"),
    Defect(testDescription: "root at 0", words: [0, 0], message: "offset 0 leaves the FlatBuffer"),
    Defect(
      testDescription: "root between words", words: [9, 0, 0, 0],
      message: "the position is not a multiple of 4"),
    Defect(
      testDescription: "layout before the buffer", words: [8, 0, 400, 0],
      message: "2 bytes do not fit in a FlatBuffer of 16 bytes"),
    Defect(
      testDescription: "layout behind the buffer", words: [8, 0, UInt32(bitPattern: -400), 0],
      message: "2 bytes do not fit in a FlatBuffer of 16 bytes"),
    Defect(
      testDescription: "layout of no bytes", words: [8, 0, UInt32(bitPattern: -4), 0],
      message: "a table's layout of 0 bytes is none"),
    Defect(
      testDescription: "long layout", words: [8, 0, UInt32(bitPattern: -4), 0x0008_0100],
      message: "256 bytes do not fit in a FlatBuffer of 16 bytes"),
    Defect(
      testDescription: "long table", words: [8, 0, UInt32(bitPattern: -4), 0x0100_0004],
      message: "256 bytes do not fit in a FlatBuffer of 16 bytes"),
    Defect(
      testDescription: "field outside its table",
      words: [16, 0, 0x0008_0006, 0x0000_0006, 8, 4, 0],
      message: "field 0 at 6 leaves its table of 8 bytes"),
    Defect(
      testDescription: "string outside the buffer",
      words: [16, 0, 0x0008_0006, 0x0000_0004, 8, 400, 0],
      message: "offset 400 leaves the FlatBuffer"),
    Defect(
      testDescription: "long string", words: [16, 0, 0x0008_0006, 0x0000_0004, 8, 4, 1 << 30],
      message: "1073741824 bytes do not fit in a FlatBuffer of 28 bytes"),
    Defect(
      testDescription: "string without an end",
      words: [16, 0, 0x0008_0006, 0x0000_0004, 8, 4, 3, 0x4141_4141],
      message: "a string of 3 bytes does not end with zero"),
  ]

  @Test(arguments: defects)
  func refuses(_ defect: Defect) throws {
    let bytes = defect.words.flatMap { word in withUnsafeBytes(of: word) { Array($0) } }
    let buffer = try FlatBuffer(copying: bytes, fileOffset: 1000)
    let error = #expect(throws: FormatError.self) { try buffer.verify(as: Zoo.schema) }
    #expect(error?.message == defect.message)
    #expect((error?.offset ?? 0) >= 600)
    #expect(throws: FormatError.self) { try Zoo.read(buffer) }
  }

  @Test func namesThePlace() throws {
    var bytes = Zoo.buffer()
    // The name of the youngest animal is the first string from the end.
    let name = try #require(bytes.lastIndex(of: UInt8(ascii: "o")))
    bytes[name + 1] = 1
    let buffer = try FlatBuffer(copying: bytes)
    let error = #expect(throws: FormatError.self) { try buffer.verify(as: Zoo.schema) }
    #expect(error?.path == ["star", "young", "[0]", "name"])
    #expect(error?.offset == name - 5)
  }

  @Test func refusesTablesThatShareTheirPartsTooOften() throws {
    var builder = FlatBufferBuilder()
    var animal = builder.addTable { $0.set(Zoo.Animal.legs, to: 1) }
    for _ in 0..<20 {
      let pair = builder.add([animal, animal])
      animal = builder.addTable { $0.set(Zoo.Animal.young, to: pair) }
    }
    let root = builder.addTable { $0.set(Zoo.star, to: animal) }
    let buffer = try FlatBuffer(copying: builder.finish(root: root, identifier: "ZOO1"))
    let error = #expect(throws: FormatError.self) { try buffer.verify(as: Zoo.schema) }
    #expect(error?.code == .limitExceeded)
    #expect(error?.message == "tables share their parts too often")
  }

  @Test func refusesDeepNesting() throws {
    var builder = FlatBufferBuilder()
    var animal = builder.addTable { $0.set(Zoo.Animal.legs, to: 1) }
    for _ in 0..<100_000 {
      let child = builder.add([animal])
      animal = builder.addTable { $0.set(Zoo.Animal.young, to: child) }
    }
    let root = builder.addTable { $0.set(Zoo.star, to: animal) }
    let buffer = try FlatBuffer(copying: builder.finish(root: root, identifier: "ZOO1"))
    let error = #expect(throws: FormatError.self) { try buffer.verify(as: Zoo.schema) }
    #expect(error?.message == "tables are nested deeper than 64 levels")
  }

  @Test(arguments: [0, 7])
  func refusesTooFewBytes(count: Int) {
    let error = #expect(throws: FormatError.self) {
      try FlatBuffer(copying: [UInt8](repeating: 0, count: count))
    }
    #expect(error?.code == .truncated)
  }
}
