import IR
import Operators
import TestSupport
import Tensors
import Testing

@Suite struct BitCastingTests {
  static let cases: [OperatorCase] = [
    OperatorCase(
      "floats as integers", "BitCast", ["to": .int(6)],
      inputs: [Tensor(shape: [3], scalars: [1, -2, 0] as [Float])],
      expected: [Tensor(shape: [3], scalars: [0x3f80_0000, -0x4000_0000, 0] as [Int32])]),
    OperatorCase(
      "signed bytes as unsigned ones", "BitCast", ["to": .int(2)],
      inputs: [Tensor(shape: [2, 1], scalars: [-1, 5] as [Int8])],
      expected: [Tensor(shape: [2, 1], scalars: [255, 5] as [UInt8])]),
    OperatorCase(
      "no elements", "BitCast", ["to": .int(11)],
      inputs: [Tensor(shape: [0], scalars: [] as [Int64])],
      expected: [Tensor(shape: [0], scalars: [] as [Double])]),
  ]

  @Test(arguments: cases)
  func readsTheSameBits(example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test(arguments: [11, 8, 99] as [Int64])
  func refusesTypesOfAnotherWidth(type: Int64) {
    let example = OperatorCase(
      "of 32 bits", "BitCast", ["to": .int(type)], inputs: [Tensor(scalar: 1 as Float)])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .invalidAttribute)
  }
}
