import IR
import Operators
import Tensors
import TestSupport
import Testing

@Suite struct ExtremePositionsTests {
  private static let numbers = Tensor(shape: [2, 3], scalars: [1, 3, 3, 0, 5, -2] as [Float])

  static let cases = [
    OperatorCase(
      "finds the greatest along the first axis", "ArgMax", inputs: [numbers],
      expected: [Tensor(shape: [1, 3], scalars: [0, 1, 0] as [Int64])]),
    OperatorCase(
      "takes the first of equal ones", "ArgMax", ["axis": .int(-1), "keepdims": .int(0)],
      inputs: [numbers], expected: [Tensor(shape: [2], scalars: [1, 1] as [Int64])]),
    OperatorCase(
      "takes the last of equal ones", "ArgMax", ["axis": .int(1), "select_last_index": .int(1)],
      inputs: [numbers], expected: [Tensor(shape: [2, 1], scalars: [2, 1] as [Int64])]),
    OperatorCase(
      "finds the least", "ArgMin", ["axis": .int(1)], inputs: [numbers],
      expected: [Tensor(shape: [2, 1], scalars: [0, 2] as [Int64])]),
    OperatorCase(
      "finds the first NaN", "ArgMin",
      inputs: [Tensor(shape: [4], scalars: [1, .nan, .nan, 0] as [Double])],
      expected: [Tensor(shape: [1], scalars: [1] as [Int64])]),
    OperatorCase(
      "takes integers", "ArgMax", inputs: [Tensor(shape: [3], scalars: [1, 255, 3] as [UInt8])],
      expected: [Tensor(shape: [1], scalars: [1] as [Int64])]),
    OperatorCase(
      "finds nothing in no rows", "ArgMax", ["axis": .int(1), "keepdims": .int(0)],
      inputs: [Tensor(shape: [0, 2], scalars: [] as [Float])],
      expected: [Tensor(shape: [0], scalars: [] as [Int64])]),
  ]

  @Test(arguments: cases)
  func evaluates(_ example: OperatorCase) throws {
    #expect(try example.evaluate() == example.expected)
  }

  @Test(arguments: cases)
  func infersTheTypesItEvaluatesTo(_ example: OperatorCase) throws {
    #expect(try example.inferTypes() == example.expectedTypes)
  }

  @Test func rejectsAnAxisWithoutElements() {
    let example = OperatorCase(
      "", "ArgMax", inputs: [Tensor(shape: [0, 2], scalars: [] as [Float])])
    let error = #expect(throws: OperatorError.self) { try example.evaluate() }
    #expect(error?.code == .invalidValue)
  }
}
