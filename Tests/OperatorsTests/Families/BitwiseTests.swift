import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct BitwiseTests {
  @Test(arguments: [
    ("BitwiseAnd", [0b1000, 0] as [UInt8]), ("BitwiseOr", [0b1110, 0b1111]),
    ("BitwiseXor", [0b0110, 0b1111]),
  ])
  func combinesBits(_ name: String, _ expected: [UInt8]) throws {
    let example = OperatorCase(
      name, name,
      inputs: [
        Tensor(shape: [2], scalars: [0b1100, 0b0101] as [UInt8]),
        Tensor(shape: [2], scalars: [0b1010, 0b1010] as [UInt8]),
      ],
      expected: [Tensor(shape: [2], scalars: expected)])
    #expect(try example.evaluate() == example.expected)
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func invertsBits() throws {
    let example = OperatorCase(
      "", "BitwiseNot", inputs: [Tensor(shape: [2], scalars: [0, -1] as [Int16])])
    #expect(try example.evaluate() == [Tensor(shape: [2], scalars: [-1, 0] as [Int16])])
  }

  @Test(arguments: [
    ("LEFT", [2, -4, 0, 0, 0] as [Int32]), ("RIGHT", [0, -1, -1, -1, 0]),
  ])
  func shiftsByAnyAmount(_ direction: String, _ expected: [Int32]) throws {
    let example = OperatorCase(
      direction, "BitShift", ["direction": .string(ByteString(direction))],
      inputs: [
        Tensor(shape: [5], scalars: [1, -2, -2, -2, 2] as [Int32]),
        Tensor(shape: [5], scalars: [1, 1, 32, -1, .max] as [Int32]),
      ])
    #expect(try example.evaluate() == [Tensor(shape: [5], scalars: expected)])
  }

  @Test func rejectsAnUnknownDirection() {
    let example = OperatorCase(
      "", "BitShift", ["direction": .string("UP")],
      inputs: [Tensor(scalar: 1 as UInt8), Tensor(scalar: 1 as UInt8)])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.message == "direction is \"UP\"")
  }
}
