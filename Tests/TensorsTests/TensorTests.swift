import Tensors
import Testing

@Suite struct TensorTests {
  @Test func holdsScalars() {
    let tensor = Tensor(shape: [2, 2], scalars: [1, 2, 3, 4] as [Float])
    #expect(tensor.scalars(of: Float.self) == [1, 2, 3, 4])
    #expect(tensor.count == 4)
    #expect(tensor.bytes.count == 16)
  }

  @Test func holdsStrings() {
    let strings: [ByteString] = ["", "naïve", ByteString(bytes: [0xff])]
    let tensor = Tensor(shape: [3], strings: strings)
    #expect(tensor.strings == strings)
    #expect(strings.map(\.text) == ["", "naïve", nil])
  }

  @Test func viewsPartOfAStorage() throws {
    let whole = Tensor(shape: [4], scalars: [1, 2, 3, 4] as [Float])
    let part = try #require(
      Tensor(.float32, shape: [2], storage: whole.storage, range: 4..<12))
    #expect(part.scalars(of: Float.self) == [2, 3])
    let odd = try #require(Tensor(.int16, shape: [1], storage: whole.storage, range: 3..<5))
    #expect(odd.scalars(of: Int16.self).count == 1)
  }

  @Test(arguments: [0..<8, 0..<20, -4..<12])
  func refusesBytesThatDoNotFit(range: Range<Int>) {
    let storage = Tensor(shape: [4], scalars: [0, 0, 0, 0] as [Float]).storage
    #expect(Tensor(.float32, shape: [3], storage: storage, range: range) == nil)
  }

  @Test(
    arguments: [
      ([], 1), ([2, 3], 6), ([Int.max, 2], nil), ([Int.max, 0], 0), ([Int.max, 0, 2], nil),
      ([-1], nil),
    ] as [([Int], Int?)])
  func countsElements(shape: [Int], expected: Int?) {
    #expect(Tensor.elementCount(of: shape) == expected)
  }

  @Test(arguments: [(ElementType.int4, 3, 2), (.uint2, 5, 2), (.float64, 2, 16), (.bool, 3, 3)])
  func packsElements(type: ElementType, count: Int, bytes: Int) {
    #expect(type.byteCount(forElements: count) == bytes)
  }

  @Test func comparesBits() {
    let zero = Tensor(scalar: Float(0))
    #expect(zero == Tensor(scalar: Float(0)))
    #expect(zero != Tensor(scalar: Float(-0.0)))
    #expect(Tensor(scalar: Float.nan) == Tensor(scalar: Float.nan))
  }
}
