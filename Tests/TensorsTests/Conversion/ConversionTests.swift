import Tensors
import Testing

@Suite struct ConversionTests {
  static let floats: [Float] = [
    .nan, .infinity, -.infinity, -0.0, 0.1, 8.7, -8.7, 300, -300, 1e10, 3e9, -1e10, 1e20,
  ]

  /// The integers that NumPy gives on x86 for `floats`.
  static let integers: [(ElementType, [Int64])] = [
    (.int8, [0, 0, 0, 0, 0, 8, -8, 44, -44, 0, 0, 0, 0]),
    (.uint8, [0, 0, 0, 0, 0, 8, 248, 44, 212, 0, 0, 0, 0]),
    (.uint16, [0, 0, 0, 0, 0, 8, 65528, 300, 65236, 0, 0, 0, 0]),
    (.int4, [0, 0, 0, 0, 0, -8, -8, -4, 4, 0, 0, 0, 0]),
    (.uint4, [0, 0, 0, 0, 0, 8, 8, 12, 4, 0, 0, 0, 0]),
    (.int2, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    (
      .int32,
      [least32, least32, least32, 0, 0, 8, -8, 300, -300, least32, least32, least32, least32]
    ),
    (
      .uint32,
      [
        1 << 31, 0, 1 << 31, 0, 0, 8, 4_294_967_288, 300, 4_294_966_996, 0, 3_000_000_000, 1 << 31,
        0,
      ]
    ),
    (
      .int64,
      [
        .min, .min, .min, 0, 0, 8, -8, 300, -300, 10_000_000_000, 3_000_000_000, -10_000_000_000,
        .min,
      ]
    ),
    (
      .uint64,
      [.min, 0, .min, 0, 0, 8, -8, 300, -300, 10_000_000_000, 3_000_000_000, -10_000_000_000, 0]
    ),
    (.bool, [1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]),
  ]
  static let least32 = Int64(Int32.min)

  @Test(arguments: integers)
  func truncatesFloats(type: ElementType, expected: [Int64]) {
    let source = Tensor(shape: [Self.floats.count], scalars: Self.floats)
    for source in [source, source.converted(to: .float64)] {
      let result = source.converted(to: type)
      #expect(result.elementType == type)
      #expect(result.converted(to: .int64).scalars(of: Int64.self) == expected)
    }
  }

  @Test(
    arguments: [
      (.int8, [-56, 44, -1]), (.uint8, [200, 44, 255]), (.int4, [-8, -4, -1]),
      (.uint2, [0, 0, 3]), (.uint32, [200, 300, 0xffff_ffff]), (.bool, [1, 1, 1]),
      (.uint64, [200, 300, -1]),
    ] as [(ElementType, [Int64])])
  func dropsHighBitsOfIntegers(type: ElementType, expected: [Int64]) {
    let source = Tensor(shape: [3], scalars: [200, 300, -1] as [Int64])
    #expect(source.converted(to: type).converted(to: .int64).scalars(of: Int64.self) == expected)
  }

  /// Every way between two types that both hold these numbers is exact, whatever loop it takes.
  @Test(arguments: ElementType.allCases.filter { $0 != .string })
  func keepsWhatBothTypesHold(type: ElementType) {
    let numbers = Tensor(shape: [2500], scalars: (0..<2500).map { $0 % 2 == 0 ? 0 : 1 as Float })
    let source = numbers.converted(to: type)
    // Zero has no place among powers of two.
    let expected = type == .float8E8M0 ? source.converted(to: .float32) : numbers
    for other in ElementType.allCases where other != .string && other != .float8E8M0 {
      let there = source.converted(to: other)
      #expect(there.elementType == other && there.shape == [2500])
      guard type != .float8E8M0 || other == .float64 else { continue }
      #expect(there.converted(to: .float32) == expected)
    }
  }

  @Test func roundsOnce() {
    let double = Tensor(shape: [2], scalars: [1 + 0x1p-8 + 0x1p-30, 1 + 0x1p-8] as [Double])
    #expect(
      double.converted(to: .bfloat16).scalars(of: BFloat16.self).map(\.float) == [1.0078125, 1])
    let long = Tensor(
      shape: [2], scalars: [1 << 62 + 1 << 54 + 1, -(1 << 62 + 1 << 54 + 1)] as [Int64])
    let expected = [0x1.02p62, -0x1.02p62] as [Float]
    #expect(long.converted(to: .bfloat16).scalars(of: BFloat16.self).map(\.float) == expected)
    let unsigned = Tensor(scalar: UInt64.max)
    #expect(unsigned.converted(to: .float32).scalars(of: Float.self) == [0x1p64])
    #expect(unsigned.converted(to: .bfloat16).scalars(of: BFloat16.self)[0].float == 0x1p64)
  }

  @Test func saturatesOnlyWhenAsked() {
    let source = Tensor(shape: [2], scalars: [1e6, -.infinity] as [Float])
    let kept = source.converted(to: .float8E4M3FN).scalars(of: Float8E4M3FN.self)
    #expect(kept.map(\.float) == [448, -448])
    let lost = source.converted(to: .float8E5M2, saturating: false).scalars(of: Float8E5M2.self)
    #expect(lost.map(\.float) == [.infinity, -.infinity])
    #expect(source.converted(to: .float16).scalars(of: Float16.self) == [.infinity, -.infinity])
  }

  @Test func takesEveryByteButZeroForTrue() throws {
    let bytes = Tensor(shape: [3], scalars: [0, 1, 7] as [UInt8])
    let flags = try #require(Tensor(.bool, shape: [3], storage: bytes.storage))
    #expect(flags.converted(to: .float32).scalars(of: Float.self) == [0, 1, 1])
    #expect(flags.converted(to: .int64).scalars(of: Int64.self) == [0, 1, 1])
    #expect(flags.converted(to: .int4).unpacked().scalars(of: Int8.self) == [0, 1, 1])
  }

  @Test func convertsComplexNumbers() {
    let real = Tensor(shape: [2], scalars: [1.5, -2] as [Float])
    let complex = real.converted(to: .complex128)
    #expect(complex.bytes.count == 32)
    #expect(complex.converted(to: .complex64).converted(to: .float32) == real)
    #expect(complex.converted(to: .int8).scalars(of: Int8.self) == [1, -2])
  }

  @Test func readsBytesOnAnyBoundary() throws {
    let bytes = Tensor(shape: [9], scalars: [0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40] as [UInt8])
    let view = try #require(Tensor(.float32, shape: [2], storage: bytes.storage, range: 1..<9))
    #expect(view.converted(to: .int8).scalars(of: Int8.self) == [1, 2])
    #expect(view.converted(to: .float64).scalars(of: Double.self) == [1, 2])
  }

  @Test func convertsNothing() {
    let empty = Tensor(shape: [0, 3], scalars: [] as [Float])
    #expect(empty.converted(to: .int4).shape == [0, 3])
    #expect(empty.converted(to: .float16).count == 0)
  }
}
