import Tensors
import Testing

@Suite struct SparseEncoderTests {
  private static let types: [ElementType] = [.uint8, .bfloat16, .float32, .int64, .complex64]

  /// Elements of which `share` percent have a bit set, few at the start and more towards the end.
  private static func tensor(_ type: ElementType, count: Int, share: Int) -> Tensor {
    let size = type.bitWidth / 8
    return Tensor(type, shape: [count]) { target in
      target.initializeMemory(as: UInt8.self, repeating: 0)
      for index in 0..<count {
        let random = index &* 2_654_435_761 >> 7
        guard random % 100 < share * 2 * index / count else { continue }
        target[index * size + random / 100 % size] = UInt8(random % 255 + 1)
      }
    }
  }

  @Test(arguments: types)
  func givesBackEveryBit(_ type: ElementType) throws {
    let tensor = Self.tensor(type, count: 200_003, share: 30)
    let encoder = try #require(SparseEncoder(tensor))
    let elements = try #require(
      SparseElements(
        mask: Tensor(.uint8, shape: [encoder.maskSize]) { encoder.copyMask(from: 0, into: $0) },
        values: Tensor(type, shape: [encoder.valueCount]) { encoder.copyValues(from: 0, into: $0) },
        count: tensor.count))
    let copy = Tensor(type, shape: tensor.shape, storage: Storage(expanding: elements))
    #expect(copy == tensor)
  }

  @Test(arguments: types)
  func makesAnyPart(_ type: ElementType) throws {
    let encoder = try #require(SparseEncoder(Self.tensor(type, count: 150_000, share: 40)))
    let mask = Tensor(.uint8, shape: [encoder.maskSize]) { encoder.copyMask(from: 0, into: $0) }
    let values = Tensor(.uint8, shape: [encoder.valuesSize]) {
      encoder.copyValues(from: 0, into: $0)
    }
    for (first, count) in [(0, 8), (64, 1 << 14), (encoder.maskSize - 3, 3), (999, 5000)] {
      let part = Tensor(.uint8, shape: [count]) { encoder.copyMask(from: first, into: $0) }
      #expect(part.bytes.elementsEqual(mask.bytes[first..<(first + count)]))
    }
    for (first, count) in [(64, 64), (1 << 15, 1 << 14), (encoder.valuesSize - 8, 8)] {
      let part = Tensor(.uint8, shape: [count]) { encoder.copyValues(from: first, into: $0) }
      #expect(part.bytes.elementsEqual(values.bytes[first..<(first + count)]))
    }
  }

  @Test func storesWhatIsNotPositiveZero() throws {
    var scalars = [Float](repeating: 0, count: 640)
    (scalars[3], scalars[9]) = (-0.0, .nan)
    let encoder = try #require(SparseEncoder(Tensor(shape: [640], scalars: scalars)))
    #expect(encoder.valueCount == 2)
  }

  @Test func leavesSmallTensorsDense() {
    let zeros = [Float](repeating: 0, count: 513)
    #expect(SparseEncoder(Tensor(shape: [512], scalars: zeros.dropLast())) == nil)
    #expect(SparseEncoder(Tensor(shape: [513], scalars: zeros)) != nil)
  }

  @Test func countsTheBytesThatTensorsTake() {
    let tensor = Tensor(shape: [800], scalars: (0..<800).map { Float($0 % 4 == 0 ? 0 : $0) })
    #expect(SparseEncoder.storedSize(of: tensor) == 100 + 4 * 600)
    #expect(SparseEncoder.storedSize(of: tensor, storing: 300) == 100 + 4 * 300)
    #expect(SparseEncoder.storedSize(of: tensor, storing: 700) == 3200)
  }

  @Test(arguments: [(0, true), (80, true), (90, false), (100, false)])
  func encodesOnlyWhatBecomesClearlySmaller(share: Int, isSparse: Bool) {
    for count in [1000, 100_000] {
      let scalars = (0..<count).map { Float($0 * 37 % 100 < share ? 1 : 0) }
      let encoder = SparseEncoder(Tensor(shape: [count], scalars: scalars))
      #expect((encoder != nil) == isSparse)
    }
  }

  @Test func encodesViewsOnAnyBoundary() throws {
    let bytes = Tensor(shape: [4005], scalars: [UInt8](repeating: 0, count: 4004) + [1])
    let view = try #require(
      Tensor(.float32, shape: [1001], storage: bytes.storage, range: 1..<4005))
    let encoder = try #require(SparseEncoder(view))
    #expect(encoder.valueCount == 1)
  }

  @Test func leavesOtherElementsDense() {
    let strings = [ByteString](repeating: "", count: 1000)
    #expect(SparseEncoder(Tensor(shape: [1000], strings: strings)) == nil)
    for type in [ElementType.int4, .float6E2M3, .complex128] {
      let zeros = Tensor(type, shape: [4096]) {
        $0.initializeMemory(as: UInt8.self, repeating: 0)
      }
      #expect(SparseEncoder(zeros) == nil)
    }
  }
}
