import Tensors
import Testing

@Suite struct DecodingTests {
  static func sparse(
    _ values: Tensor, at indices: [Int64], _ indexShape: [Int], in shape: [Int]
  ) -> Tensor? {
    let indices = Tensor(shape: indexShape, scalars: indices)
    return Tensor(
      values.elementType, shape: shape, encoding: .coordinates(indices: indices),
      storage: values.storage)
  }

  static let values = Tensor(shape: [2], scalars: [5, 6] as [Float])

  @Test(arguments: [([1, 5], [2]), ([0, 1, 1, 2], [2, 2])] as [([Int64], [Int])])
  func placesElements(indices: [Int64], indexShape: [Int]) throws {
    let tensor = try #require(Self.sparse(Self.values, at: indices, indexShape, in: [2, 3]))
    let decoded = try #require(tensor.decoded())
    #expect(decoded == Tensor(shape: [2, 3], scalars: [0, 5, 0, 0, 0, 6] as [Float]))
  }

  @Test(
    arguments: [
      ([1, 6], [2]), ([-1, 1], [2]), ([0, 1, 2, 0], [2, 2]), ([0, 1, 0, -1], [2, 2]),
      ([0, 1, 0, 0, 1, 0], [2, 3]),
    ] as [([Int64], [Int])])
  func refusesIndicesOutside(indices: [Int64], indexShape: [Int]) throws {
    let tensor = try #require(Self.sparse(Self.values, at: indices, indexShape, in: [2, 3]))
    #expect(tensor.decoded() == nil)
  }

  @Test func placesPackedElementsAndStrings() throws {
    let nibbles = Tensor(shape: [2], scalars: [-3, 7] as [Int8]).packed(as: .int4)
    let packed = try #require(Self.sparse(nibbles, at: [0, 3], [2], in: [5])?.decoded())
    #expect(packed.unpacked().scalars(of: Int8.self) == [-3, 0, 0, 7, 0])
    let words = Tensor(shape: [1], strings: ["x"])
    #expect(
      try #require(Self.sparse(words, at: [1], [1], in: [2])?.decoded()).strings == ["", "x"])
  }

  @Test func returnsADenseTensorItself() {
    #expect(Self.values.decoded()?.storage === Self.values.storage)
  }
}
