import FlatBuffers
import FormatSupport
import Testing

@Suite struct FlatBufferTests {
  static let contents = """
    naïve 9000000000 -3 0.5 [2, 3, 5] [0.25, -1.0] [1, 2, 3, 4, 5] [-1] a  ccc Ada 4 12.5 1 \
    Ada 4 12.5 1 - 2 0.0 0
    """

  @Test(arguments: [0, 8, 120])
  func readsBackWhatWasBuilt(gap: Int) throws {
    let bytes = Zoo.buffer(reserving: gap)
    let buffer = try FlatBuffer(copying: bytes)
    try buffer.verify(as: Zoo.schema)
    #expect(buffer.identifier == "ZOO1")
    #expect(bytes[8..<(8 + gap)].allSatisfy { $0 == 0 })
    #expect(try Zoo.read(buffer) == Self.contents)
  }

  @Test func alignsVectorsAndGivesThemWithoutACopy() throws {
    let buffer = try FlatBuffer(copying: Zoo.buffer(), fileOffset: 64)
    let root = try buffer.root()
    let bytes = try #require(try root.value(of: Zoo.bytes))
    #expect(bytes.fileOffset % 16 == 0)
    let readings = try #require(try root.value(of: Zoo.readings))
    #expect(UInt(bitPattern: readings.bytes.baseAddress) % 8 == 0)
    #expect(readings.reduce(0, +) == -0.75)
  }

  @Test func givesTheSameBytesTwiceAndSharesLayouts() {
    #expect(Zoo.buffer() == Zoo.buffer())
    func size(ofTables count: Int) -> Int {
      var builder = FlatBufferBuilder()
      let animals = (0..<count).map { _ in
        builder.addTable {
          $0.set(Zoo.Animal.legs, to: 2)
          $0.set(Zoo.Animal.weight, to: 1)
        }
      }
      let list = builder.add(animals)
      let root = builder.addTable { $0.set(Zoo.animals, to: list) }
      return builder.finish(root: root, identifier: "ZOO1").count
    }
    // A table of a double and a byte, aligned, and the offset to it.
    #expect(size(ofTables: 101) - size(ofTables: 1) == 100 * (16 + 4))
  }

  @Test func growsAndKeepsWhatItHolds() throws {
    var builder = FlatBufferBuilder(capacity: 1)
    let numbers = (0..<100_000).map { UInt32($0) }
    let primes = builder.add(numbers)
    let root = builder.addTable { $0.set(Zoo.primes, to: primes) }
    let buffer = try FlatBuffer(copying: builder.finish(root: root, identifier: "ZOO1"))
    #expect(try buffer.verify(as: Zoo.schema).value(of: Zoo.primes).map(Array.init) == numbers)
  }

  @Test func leavesOutZerosButNotNegativeZero() throws {
    var builder = FlatBufferBuilder()
    let root = builder.addTable {
      $0.set(Zoo.visitors, to: 0)
      $0.set(Zoo.ratio, to: -0.0)
    }
    let buffer = try FlatBuffer(copying: builder.finish(root: root, identifier: "ZOO1"))
    #expect(try buffer.root().value(of: Zoo.ratio).sign == .minus)
    #expect(try buffer.root().value(of: Zoo.visitors) == 0)
  }
}
