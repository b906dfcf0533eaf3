import Tensors
import Testing

@Suite struct SparseElementsTests {
  private static let mask = Tensor(shape: [2], scalars: [0b1000_0101, 0b10] as [UInt8])
  private static let values = Tensor(
    shape: [4], scalars: [1, -0.0, .infinity, Float(bitPattern: 0x7fc0_1234)])

  @Test func expandsToWhereTheMaskSays() throws {
    let elements = try #require(SparseElements(mask: Self.mask, values: Self.values, count: 10))
    let storage = Storage(expanding: elements)
    #expect(storage.byteCount == 40)
    let tensor = try #require(Tensor(.float32, shape: [2, 5], storage: storage))
    #expect(
      tensor.scalars(of: Float.self).map(\.bitPattern) == [
        0x3f80_0000, 0, 0x8000_0000, 0, 0, 0, 0, 0x7f80_0000, 0, 0x7fc0_1234,
      ])
    #expect(tensor.sparseElements?.mask == Self.mask)
    #expect(tensor.sparseElements?.values == Self.values)
  }

  @Test func expandsOnceForAllThreads() async throws {
    let elements = try #require(SparseElements(mask: Self.mask, values: Self.values, count: 10))
    let storage = Storage(expanding: elements)
    let places = await withTaskGroup(of: Int.self, returning: Set<Int>.self) { group in
      for _ in 0..<8 { group.addTask { Int(bitPattern: storage.bytes.baseAddress) } }
      return await group.reduce(into: []) { $0.insert($1) }
    }
    #expect(places.count == 1)
  }

  @Test func refusesAMaskThatDoesNotFit() {
    let short = Tensor(shape: [1], scalars: [0b1111] as [UInt8])
    let signed = Tensor(shape: [2], scalars: [0b1111, 0] as [Int8])
    #expect(SparseElements(mask: short, values: Self.values, count: 10) == nil)
    #expect(SparseElements(mask: signed, values: Self.values, count: 10) == nil)
    // The bit of element 9 is behind the end, or the value that it stands for is left over.
    #expect(SparseElements(mask: Self.mask, values: Self.values, count: 9) == nil)
    #expect(SparseElements(mask: short, values: Self.values, count: 3) == nil)
    let sparser = Tensor(shape: [2], scalars: [7, 0] as [UInt8])
    #expect(SparseElements(mask: sparser, values: Self.values, count: 10) == nil)
  }

  @Test func aViewOnAPartHasNoSparseForm() throws {
    let elements = try #require(SparseElements(mask: Self.mask, values: Self.values, count: 10))
    let storage = Storage(expanding: elements)
    let part = try #require(Tensor(.float32, shape: [2], storage: storage, range: 4..<12))
    #expect(part.sparseElements == nil)
    #expect(part.scalars(of: Float.self) == [0, -0.0])
    let halves = try #require(Tensor(.float16, shape: [20], storage: storage))
    #expect(halves.sparseElements == nil)
  }

  @Test(arguments: [0, 1, 7, 8, 9, 64, 65, 1000])
  func countsBits(_ count: Int) {
    let mask = (0..<SparseElements.maskSize(of: count)).map { UInt8(truncatingIfNeeded: $0 * 37) }
    let last = mask.last.map { $0 & UInt8(truncatingIfNeeded: (1 << ((count - 1) % 8 + 1)) - 1) }
    let bytes = mask.dropLast() + [last].compactMap { $0 }
    let expected = bytes.reduce(0) { $0 + $1.nonzeroBitCount }
    #expect(Array(bytes).withUnsafeBytes { SparseElements.bitCount(of: $0, count) } == expected)
  }
}
