import Tensors
import Testing

@Suite struct PackingTests {
  static let cases: [(ElementType, [Int8], [UInt8])] = [
    (.int4, [-8, 7, -1], [0x78, 0x0f]),
    (.uint4, [8, 7, 15], [0x78, 0x0f]),
    (.float4E2M1, [8, 7, 15], [0x78, 0x0f]),
    (.int2, [-2, 1, -1, 0, 1], [0b0011_0110, 0b01]),
    (.uint2, [2, 1, 3, 0, 1], [0b0011_0110, 0b01]),
    (.float6E2M3, [0x3f, 0x01, 0x20, 0x15, 0x2a], [0x7f, 0x00, 0x56, 0x2a]),
    (.float6E3M2, [1, 2, 3], [0x81, 0x30, 0x00]),
    (.int4, [], []),
  ]

  @Test(arguments: cases)
  func unpacksLowBitsFirst(type: ElementType, elements: [Int8], bytes: [UInt8]) {
    let packed = Tensor(type, shape: [elements.count]) { $0.copyBytes(from: bytes) }
    let unpacked = packed.unpacked()
    #expect(unpacked.elementType == (type.kind == .signedInteger ? .int8 : .uint8))
    #expect(unpacked.shape == packed.shape)
    withExtendedLifetime(unpacked) {
      #expect(unpacked.bytes.map { Int8(bitPattern: $0) } == elements)
    }
    #expect(unpacked.packed(as: type) == packed)
  }

  @Test func dropsHighBits() {
    let packed = Tensor(shape: [2], scalars: [0xf3, 0x1c] as [UInt8]).packed(as: .uint4)
    #expect(packed.unpacked().scalars(of: UInt8.self) == [3, 12])
  }

  @Test func leavesWholeBytesAlone() {
    let tensor = Tensor(shape: [2], scalars: [1, 2] as [Float])
    #expect(tensor.unpacked().storage === tensor.storage)
  }
}
